/** Runs, steps and events for tests: what a test does not say is unremarkable. */

import type { Run, RunEventData, RunEventType, WireStep, RunEvent, Wait } from '@perdure/contract';
import type { FakeRun } from './fake-api.ts';

export const runId = '019a1b2c-3d4e-7000-8000-000000000001';

export function aRun(changes: Partial<Run> = {}): Run {
  return {
    id: runId,
    pipeline: 'hello',
    status: 'completed',
    input: {},
    createdAt: '2026-01-02T03:04:00.000Z',
    updatedAt: '2026-01-02T03:04:03.100Z',
    recoveries: 0,
    usage: { inputTokens: 0, outputTokens: 0 },
    ...(changes.status === undefined || changes.status === 'completed'
      ? { output: { greeting: 'Hello' }, endedAt: '2026-01-02T03:04:03.100Z' }
      : {}),
    ...changes,
  };
}

const factsOfTurn = { agent: 'writer', agentHash: 'a1', model: 'demo-model' };

export function aStep(key: string, changes: Partial<WireStep> = {}): WireStep {
  return {
    id: `${runId}/${key}`,
    key,
    kind: 'step',
    status: 'done',
    seq: 1,
    attempt: 1,
    startedAt: '2026-01-02T03:04:00.000Z',
    endedAt: '2026-01-02T03:04:01.500Z',
    undoable: false,
    result: 'done',
    ...changes,
    ...(changes.kind === 'turn' && { detail: { ...factsOfTurn, ...changes.detail } }),
  };
}

export type SomeEvent = { readonly [T in RunEventType]: readonly [type: T, data: RunEventData<T>] }[RunEventType];

/** Events numbered from 1. */
export function someEvents(...events: readonly SomeEvent[]): RunEvent[] {
  return events.map(([type, data], at) => {
    const event = { seq: at + 1, type, at: '2026-01-02T03:04:00.000Z', actor: 'driver', data };
    return event as RunEvent;
  });
}

/** A run that did one step and completed. */
export function aFinishedRun(changes: Partial<Run> = {}): FakeRun {
  return {
    run: aRun(changes),
    steps: [aStep('greet')],
    events: someEvents(
      ['run.queued', { pipeline: 'hello' }],
      ['run.started', {}],
      ['step.done', { key: 'greet', kind: 'step', ms: 1500 }],
      ['run.completed', {}],
    ),
    ends: true,
  };
}

/** A run whose only step failed for good. */
export function aFailedRun(): FakeRun {
  const error = { code: 'model_rejected', message: 'The model server answered 401.' } as const;
  return {
    run: aRun({ status: 'failed', error, endedAt: '2026-01-02T03:04:03.100Z' }),
    steps: [aStep('plan', { status: 'failed', error, result: undefined })],
    events: someEvents(
      ['run.queued', { pipeline: 'hello' }],
      ['step.failed', { key: 'plan', kind: 'agent', error }],
      ['run.failed', { error }],
    ),
    ends: true,
  };
}

/** A run that is still going on. */
export function anOpenRun(): FakeRun {
  return {
    run: aRun({ status: 'running' }),
    steps: [],
    events: someEvents(['run.queued', { pipeline: 'hello' }], ['run.started', {}]),
    ends: false,
  };
}

export const waitId = '019a1b2c-4444-7000-8000-000000000001';

export function aWait(changes: Partial<Wait> = {}): Wait {
  return {
    id: waitId,
    runId,
    stepKey: 'city',
    pipeline: 'hello',
    purpose: 'question',
    question: 'Which city?',
    askedAt: '2026-01-02T03:02:00.000Z',
    ...changes,
  };
}

/** Schema of the answer to a review. */
export const decisionSchema = {
  type: 'object',
  properties: { verdict: { type: 'string', enum: ['approved', 'changes_requested'] }, feedback: { type: 'string' } },
  required: ['verdict'],
};

/** A run that is parked until a person answers. */
export function anAskingRun(): FakeRun {
  const detail = { wait: waitId, question: 'Which city?' };
  return {
    run: aRun({ status: 'waiting', waitingFor: { kind: 'human' } }),
    steps: [aStep('city', { kind: 'human', status: 'started', detail, endedAt: undefined, result: undefined })],
    events: someEvents(
      ['run.queued', { pipeline: 'hello' }],
      ['run.started', {}],
      ['step.started', { key: 'city', kind: 'human', ...detail }],
      ['run.waiting', { kind: 'human' }],
    ),
    ends: false,
  };
}
