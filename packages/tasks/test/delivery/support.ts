/** Reports to send, and the world of a sender that is this test's. */

import type { Delivery } from '@perdure/contract';
import type { StoredReport } from '../../src/core/outbox.ts';
import type { SenderWorld } from '../../src/delivery/message.ts';
import { createSender } from '../../src/delivery/send.ts';
import { start } from '../core/fixtures.ts';

export function reportTo(delivery: Delivery, changes: Partial<StoredReport> = {}): StoredReport {
  return {
    id: 'k3y',
    taskId: 'ship',
    number: 7,
    cause: 'event:3',
    reason: 'milestone',
    delivery,
    text: '[ship] update:milestone | task [##########] 100%',
    facts: {
      title: 'Ship it',
      desired_state: 'running',
      phase: 'building',
      health: 'healthy',
      execution_priority: 'time',
      status_update_interval_seconds: 0,
      task_percent: 100,
      project_percent: 50,
      why: 'Parser',
    },
    state: 'sending',
    attempt: 1,
    nextAt: 0,
    problem: undefined,
    createdAt: start,
    ...changes,
  };
}

export function senderIn(changes: Partial<SenderWorld> = {}) {
  return createSender({
    now: () => start,
    env: { PATH: process.env['PATH'] },
    timeoutMs: 60_000,
    readSecret: () => undefined,
    log: () => undefined,
    ...changes,
  });
}
