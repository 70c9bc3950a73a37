/** Runs and steps as a decision finds them: whole and ordinary but for what a test says of them. */

import { parseStepFacts, type StepKind, type StepStatus } from '@perdure/contract';
import type { StepSketch } from '../../src/decide/fork.ts';
import type { PendingOrder, RunState, StepRecord } from '../../src/record/record.ts';

/** When the run was made; what happens to it happens later. */
export const start = 1_700_000_000_000;

/** One that was driven once and waits to be driven again. */
export function aRun(changes: Partial<RunState> = {}): RunState {
  return {
    id: 'run',
    originId: 'run',
    pipeline: 'p',
    status: 'queued',
    fence: 1,
    input: '{}',
    error: null,
    failedKey: null,
    undoOutcome: null,
    inputSum: null,
    logCount: 0,
    barrenDrives: 0,
    recoveries: 0,
    waitBefore: null,
    parent: null,
    budget: null,
    createdAt: start,
    updatedAt: start,
    idleMs: 0,
    tokens: 0,
    cleared: null,
    ...changes,
  };
}

export interface StepChanges {
  readonly kind?: StepKind;
  readonly status?: StepStatus;
  readonly seq?: number;
  readonly attempt?: number;
  /** Beside what its kind must have. */
  readonly detail?: object;
  /** Of one that failed: the step below it where that began. */
  readonly culprit?: string;
}

export function aStep(key: string, changes: StepChanges = {}): StepRecord {
  const { kind = 'step', status = 'done', seq = 1, attempt = 1, culprit = key } = changes;
  const needed = neededFacts[kind];
  const given = needed === undefined && changes.detail === undefined ? null : { ...needed, ...changes.detail };
  const facts = parseStepFacts(kind, given, key);
  const step = { key, seq, ...facts, attempt, inputHash: null, undoable: false, startedAt: start };
  if (status === 'started') return { ...step, status };
  if (status === 'done') return { ...step, status, result: { kind: 'inline', text: null }, endedAt: start };
  return { ...step, status, error: { code: 'step_failed', message: 'no' }, culprit, endedAt: start };
}

const neededFacts: Partial<Record<StepKind, object>> = {
  run: { run: 'child', pipeline: 'p' },
  turn: { agent: 'a', agentHash: 'h', model: 'm' },
  human: { wait: 'w', question: '?' },
  sleep: { wakeAt: start },
};

/** A step that was begun as the `seq`th and had ended when the next one began. */
export function aSketch(key: string, seq: number, changes: Partial<StepSketch> = {}): StepSketch {
  const begunAt = start + 10 * seq;
  return {
    key,
    seq,
    kind: 'step',
    status: 'done',
    undoable: false,
    startedAt: begunAt,
    endedAt: begunAt + 5,
    ...changes,
  };
}

/** Orders named after what they are: `pause-1`, `resume-2`. */
export function inbox(...kinds: readonly PendingOrder['kind'][]): readonly PendingOrder[] {
  return kinds.map((kind, place) => ({ id: `${kind}-${place + 1}`, kind }));
}
