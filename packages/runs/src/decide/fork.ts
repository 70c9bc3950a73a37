/**
 * A fork: another run of the same pipeline and input that begins with what had finished before a step was begun. Copied
 * steps are passed over like any others; they are never undone, and what they cost was paid by the run they come from.
 * What a person decided about a tool call goes with the call or not at all: an approval allows one call, and the fork's
 * would be another. What the run has undone is not inherited, nor anything begun after it. Pure.
 */

import { firstUndone, type StepKind, type StepStatus } from '@perdure/contract';
import type { ClearedUsage, RunState } from '../record/record.ts';

/** A step without what it holds. */
export interface StepSketch {
  readonly key: string;
  readonly seq: number;
  readonly kind: StepKind;
  readonly status: StepStatus;
  readonly undoable: boolean;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

export interface ForkCase {
  readonly run: Pick<RunState, 'undoOutcome'>;
  /** Of that run, in the order in which they were begun. */
  readonly steps: readonly StepSketch[];
  /** The step that the fork is to do first by itself. */
  readonly stepKey: string;
  /** Whether the step at a key asked a person to decide about a tool call. */
  readonly isDecision: (key: string) => boolean;
}

export type ForkDecision =
  | { readonly kind: 'no_such_step' }
  | {
      readonly kind: 'forked';
      /** The step that it really begins with. */
      readonly fromKey: string;
      /** Keys of the steps that it begins with. */
      readonly inherited: readonly string[];
      readonly cleared: ClearedUsage;
    };

export function decideFork({ run, steps, stepKey, isDecision }: ForkCase): ForkDecision {
  const asked = steps.find(({ key, kind }) => key === stepKey && kind !== 'undo');
  if (asked === undefined) return { kind: 'no_such_step' };
  // While it is being undone, what is armed still is about to be.
  const armed = run.undoOutcome === null ? undefined : steps.find(({ undoable }) => undoable);
  const undone = armed ?? firstUndone(steps);
  const from = undone !== undefined && undone.seq < asked.seq ? undone : asked;
  const before = steps.filter((step) => hadFinished(step, from));
  const kept = new Set(before.map(({ key }) => key));
  const inherited = before.filter(({ key }) => !isDecision(key) || kept.has(callOf(key)));
  const turns = inherited.filter(({ kind }) => kind === 'turn').length;
  return {
    kind: 'forked',
    fromKey: from.key,
    inherited: inherited.map(({ key }) => key),
    cleared: { seq: inherited.at(-1)?.seq ?? 0, turns, tokens: 0, activeMs: 0 },
  };
}

/** The call that a decision at `key` is about. */
function callOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/'));
}

/** Whether a step had finished when `from` was begun. What `from` lies in had not: it is entered again. */
function hadFinished({ key, seq, kind, status, endedAt }: StepSketch, from: StepSketch): boolean {
  return (
    status !== 'started' &&
    kind !== 'undo' &&
    seq < from.seq &&
    endedAt !== null &&
    endedAt <= from.startedAt &&
    !key.startsWith(`${from.key}/`) &&
    (kind === 'turn' || !from.key.startsWith(`${key}/`))
  );
}
