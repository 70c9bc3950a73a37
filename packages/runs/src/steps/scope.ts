/**
 * Where a step is entered: the top of a run, or below the key of another step. The rules P4 and P5 are enforced here
 * and nowhere else, and a call that can go on no further in this drive gets `blocked`, to which there is one answer:
 * `never()`.
 */

import { PerdureError, type Json, type StepKind } from '@perdure/contract';
import type { DriveSession } from '../session/drive-session.ts';
import { inputHash } from '../record/input-hash.ts';
import type { FinishedStep, StartedStep, StepRecord } from '../record/record.ts';
import { parsedJson, textInRow } from '../record/stored-value.ts';
import type { Undo } from '../session/run-record.ts';
import { errorOf } from '../record/step-failure.ts';

/** What is asked of a step. */
export interface StepRequest<K extends StepKind> {
  readonly key: string;
  readonly kind: K;
  /** If given, its hash must match the recorded one (P5). */
  readonly input?: unknown;
  /** Armed even where the call is passed over or blocked: undoing replays the function to collect the closures. */
  readonly undo?: Undo | undefined;
  /** Asked before a new step begins: what stops the run instead. */
  readonly guard?: (() => PerdureError | undefined) | undefined;
  /** Asked before an unfinished step begins or goes on: what it cannot do without, and is gone. The run stops. */
  readonly lacks?: (() => PerdureError | undefined) | undefined;
  /** Default: nothing is entered once the gate is shut. */
  readonly evenWhenShut?: 'if_begun' | 'if_attention' | undefined;
}

export type Entry<K extends StepKind> =
  /** The run stops, or nothing new may begin: the call stays pending (P2). */
  | { readonly kind: 'blocked' }
  | { readonly kind: 'finished'; readonly step: FinishedStep<K> }
  /** An earlier drive has begun it. */
  | { readonly kind: 'begun'; readonly step: StartedStep<K> }
  | { readonly kind: 'new' };

const blocked = { kind: 'blocked' } as const;

export class Scope {
  readonly session: DriveSession;
  /** Key of the step below which this scope lies; empty at the top. */
  readonly at: string;

  constructor(session: DriveSession, at = '') {
    this.session = session;
    this.at = at;
  }

  get runId(): string {
    return this.session.run.id;
  }

  /** Full key of a step in this scope: `review/2/planner`. */
  keyOf(key: string): string {
    return this.at === '' ? key : `${this.at}/${key}`;
  }

  /** The scope below a step of this one. */
  below(key: string): Scope {
    return new Scope(this.session, this.keyOf(key));
  }

  /** Claims the key, finds its record, and says how the call goes on. */
  enter<K extends StepKind>(asked: StepRequest<K>): Entry<K> {
    const { gate, record } = this.session;
    const key = this.keyOf(asked.key);
    if (asked.undo !== undefined) record.undos.set(key, asked.undo);
    if (gate.isClosed || !this.session.keys.claim(asked.key, key)) return blocked;
    const found = record.find(key);
    const problem = found === undefined ? undefined : differenceOf(found, asked);
    if (problem !== undefined) return this.#stop(problem);
    // Their kinds are the same (P5).
    if (found !== undefined && isFinished(found)) return { kind: 'finished', step: found as FinishedStep<K> };
    if (!gate.isOpen && !this.#isEnteredShut(asked, found)) return blocked;
    const lack = asked.lacks?.();
    if (lack !== undefined) return gate.isOpen ? this.#stop(lack) : blocked;
    if (found !== undefined) return { kind: 'begun', step: found as StartedStep<K> };
    const stop = asked.guard?.();
    return stop === undefined ? { kind: 'new' } : this.#stop(stop);
  }

  /** What a finished step gives its caller: its result, or its error thrown. */
  async outcomeOf(step: FinishedStep): Promise<Json | undefined> {
    this.session.occupant.at = `behind step "${step.key}"`;
    if (step.status === 'failed') throw errorOf({ key: step.culprit, error: step.error });
    const { record, inFlight } = this.session;
    const near = textInRow(step.result);
    return near === undefined ? await inFlight.run(() => record.resultOf(step)) : parsedJson(near.text);
  }

  #isEnteredShut({ evenWhenShut }: StepRequest<StepKind>, found: StepRecord | undefined): boolean {
    if (evenWhenShut === 'if_begun') return found !== undefined;
    return evenWhenShut === 'if_attention' && this.session.gate.halted?.kind === 'attention';
  }

  #stop(problem: PerdureError): Entry<never> {
    this.session.gate.stopForAttention(problem);
    return blocked;
  }
}

function isFinished(step: StepRecord): step is FinishedStep {
  return step.status !== 'started';
}

function differenceOf(recorded: StepRecord, asked: StepRequest<StepKind>): PerdureError | undefined {
  const before = { kind: recorded.kind, inputHash: recorded.inputHash };
  const now = { kind: asked.kind, inputHash: asked.input === undefined ? null : inputHash(asked.input) };
  const part =
    before.kind !== now.kind
      ? `was recorded as "${before.kind}" and is "${now.kind}" now`
      : before.inputHash !== null && now.inputHash !== null && before.inputHash !== now.inputHash
        ? 'was recorded with another input'
        : undefined;
  if (part === undefined) return undefined;
  return new PerdureError(
    'record_differs',
    `Step "${recorded.key}" ${part}; put the code back, or give the changed call a new key, then resume the run.`,
    { details: { key: recorded.key, recorded: before, now } },
  );
}
