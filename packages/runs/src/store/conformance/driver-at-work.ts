/** A driver of one run as a store meets it: it begins, and commits in the name of the fence that it was given. */

import { parseStepFacts, type ErrorRecord, type StepKind, type Usage } from '@perdure/contract';
import type { CommitOutcome, NewWait, RunChange, RunCommit, StepWrite } from '../../record/commit.ts';
import type { LoadedRun, StepRecord, RunWait } from '../../record/record.ts';
import type { StoreHandle } from './store-under-test.ts';

export interface StepChanges {
  readonly kind?: StepKind;
  readonly seq?: number;
  readonly attempt?: number;
  readonly inputHash?: string;
  readonly undoable?: boolean;
  readonly startedAt?: number;
  /** Beside what its kind must have. */
  readonly detail?: object;
  /** Of one that is done: JSON text. */
  readonly result?: string | null;
  readonly usage?: Usage;
  /** Of one that did not work: why. */
  readonly error?: ErrorRecord;
}

/** What a commit of a driver says beside whose it is. */
export type Writes = Partial<Omit<RunCommit, 'runId' | 'fence'>>;

interface Surroundings {
  readonly runId: string;
  readonly handle: StoreHandle;
  readonly newId: () => string;
  readonly now: () => number;
}

const neededFacts: Partial<Record<StepKind, object>> = {
  run: { run: 'child', pipeline: 'p' },
  turn: { agent: 'a', agentHash: 'h', model: 'm' },
  human: { wait: 'w', question: '?' },
  sleep: { wakeAt: 0 },
};

export class Driver {
  readonly runId: string;
  fence = 0;
  readonly #around: Surroundings;
  readonly #places = new Map<string, number>();

  constructor(around: Surroundings) {
    this.runId = around.runId;
    this.#around = around;
  }

  /** What a drive finds that begins now. */
  async load(): Promise<LoadedRun> {
    const { handle, runId, now } = this.#around;
    const loaded = await handle.journal.begin(runId, now());
    if (loaded === undefined) throw new Error(`there is no run ${runId}`);
    this.fence = loaded.fence;
    for (const { key, seq } of loaded.steps) this.#places.set(key, seq);
    return loaded;
  }

  async begin(): Promise<this> {
    await this.load();
    return this;
  }

  commit(writes: Writes): Promise<CommitOutcome> {
    const { handle, runId, now } = this.#around;
    return handle.journal.commit({ runId, fence: this.fence, at: now(), ...writes });
  }

  change(change: RunChange): Promise<CommitOutcome> {
    return this.commit({ change });
  }

  park(wait: RunWait = { kind: 'human', wakeAt: null }): Promise<CommitOutcome> {
    return this.change({ action: 'park', wait });
  }

  start(key: string, changes: StepChanges = {}): Promise<CommitOutcome> {
    return this.commit({ step: this.started(key, changes) });
  }

  finish(key: string, changes: StepChanges = {}): Promise<CommitOutcome> {
    return this.commit({ step: this.done(key, changes), events: [stepDone(key)] });
  }

  fail(key: string, changes: StepChanges = {}): Promise<CommitOutcome> {
    return this.commit({ step: this.failed(key, changes) });
  }

  /** Asks a person, with a step that waits for the answer; the id of the question. */
  async ask(key: string, changes: Partial<NewWait> = {}): Promise<string> {
    const id = this.#around.newId();
    const asked = { stepKey: key, purpose: 'question', question: 'Go on?', context: null, answerSchema: null } as const;
    const wait: NewWait = { id, ...asked, expiresAt: null, ...changes };
    const step = this.started(key, { kind: 'human', detail: { wait: id, question: wait.question } });
    await this.commit({ step, wait });
    return id;
  }

  /** Starts a child run with a step that waits for it; the id of the child. */
  async startChild(key: string): Promise<string> {
    const id = this.#around.newId();
    const step = this.started(key, { kind: 'run', detail: { run: id, pipeline: 'child' } });
    const childRun = { id, pipeline: 'child', input: '{}', parent: { runId: this.runId, stepKey: key } };
    await this.commit({ step, childRun });
    return id;
  }

  started(key: string, changes: StepChanges = {}): StepWrite {
    const { error } = changes;
    return { ...this.#outline(key, changes), status: 'started', ...(error && { error }) };
  }

  done(key: string, changes: StepChanges = {}): StepWrite {
    const { result = '1', usage } = changes;
    const ended = { status: 'done', result, endedAt: this.#around.now(), ...(usage && { usage }) };
    return { ...this.#outline(key, changes), ...ended } as StepWrite;
  }

  failed(key: string, changes: StepChanges = {}): StepWrite {
    const { error = { code: 'step_failed', message: 'no' } } = changes;
    const culprit = typeof error.details?.['stepKey'] === 'string' ? error.details['stepKey'] : key;
    const ended = { status: 'failed', error, culprit, endedAt: this.#around.now() };
    return { ...this.#outline(key, changes), ...ended } as StepWrite;
  }

  #outline(key: string, { kind = 'step', seq, detail, ...changes }: StepChanges) {
    const place = seq ?? this.#places.get(key) ?? Math.max(0, ...this.#places.values()) + 1;
    this.#places.set(key, place);
    const needed = neededFacts[kind];
    const facts = parseStepFacts(kind, needed === undefined && detail === undefined ? null : { ...needed, ...detail });
    const { attempt = 1, inputHash = null, undoable = false, startedAt = this.#around.now() } = changes;
    return { key, seq: place, ...facts, attempt, inputHash, undoable, startedAt };
  }
}

export function stepDone(key: string) {
  return { type: 'step.done', data: { key, kind: 'step', ms: 0 } } as const;
}

/** The step that a commit found to stand already. */
export function adoptedBy(outcome: CommitOutcome): StepRecord {
  if (outcome.kind !== 'adopted') throw new Error(`it was ${outcome.kind}`);
  return outcome.step;
}

/** The result of a step as JSON text, wherever the store has put it. */
export async function resultOf({ journal }: StoreHandle, step: StepRecord | undefined): Promise<string | null> {
  if (step?.status !== 'done') throw new Error('the step is not done');
  return step.result.kind === 'blob' ? await journal.readBlob(step.result.hash) : step.result.text;
}
