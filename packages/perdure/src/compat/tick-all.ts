/**
 * `task_tick_all.py`: one sweep over the tasks that run. What is sent is told in the results, for stdout is theirs. A
 * delivery that fails is an error of its task, and none of the sweep.
 */

import { randomUUID } from 'node:crypto';
import { tick, type Sent, type TickOutcome } from '@perdure/tasks';
import { attemptMs, sendDeps } from '../tasks/sender.ts';
import type { Call } from './call.ts';
import { pythonJson } from './python-json.ts';

export async function tickAll({ rim, tasks, say }: Call): Promise<string> {
  const { place, store } = tasks;
  const deps = await sendDeps(rim, { place, store, timeoutMs: attemptMs, print: () => undefined });
  const outcome = await tick({ ...deps, store }, { holder: `tick:${randomUUID()}` });
  if (!outcome.swept) say('somebody else looks for what is due, as `perdure up` does; only what waits was sent');
  return pythonJson(reportOf(outcome));
}

interface Result {
  readonly task_id: string;
  readonly status: 'skipped' | 'sent' | 'error';
  readonly reason: string;
  readonly line?: string;
  readonly method?: string;
  readonly message?: string;
}

function reportOf({ scanned, eligible, results, deliveries }: TickOutcome) {
  const delivered = new Set(deliveries.map(({ taskId }) => taskId));
  const looked = results
    .filter(({ task_id, status }) => status !== 'queued' || !delivered.has(task_id))
    .map(({ task_id, status, reason }): Result => {
      return { task_id, status: status === 'error' ? 'error' : 'skipped', reason };
    });
  const all = [...looked, ...deliveries.map(resultOf)];
  return {
    scanned,
    eligible,
    continued: scanned,
    sent: all.filter(({ status }) => status === 'sent').length,
    errors: all.filter(({ status }) => status === 'error').length,
    results: all,
  };
}

function resultOf({ taskId: task_id, state, reason, text: line, method, problem }: Sent): Result {
  if (problem === undefined && state === 'sent') return { task_id, status: 'sent', reason, line, method };
  if (problem === undefined) return { task_id, status: 'skipped', reason: state };
  return { task_id, status: 'error', reason: 'command_failed', message: problem };
}
