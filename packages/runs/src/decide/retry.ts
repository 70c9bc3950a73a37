/** Whether a run is tried again, and what that changes (`retry-plan.ts`). Pure. */

import { nextRunStatus, type RunStatus, type StepFacts } from '@perdure/contract';
import type { RunState, StepOf, StepRecord } from '../record/record.ts';
import { planRetry, type RetryCase } from './retry-plan.ts';

export interface RetryRequest extends Omit<RetryCase, 'failedKey'> {
  readonly run: Pick<RunState, 'status' | 'undoOutcome' | 'failedKey'>;
}

/** A step that is begun again, its attempts counted on. */
export type StepAgain = Pick<StepRecord, 'key' | 'attempt'> & StepFacts<'step' | 'turn'>;

export type RetryDecision =
  | { readonly kind: 'refused'; readonly status: RunStatus }
  /** Compensation began: there is nothing left to go on from. */
  | { readonly kind: 'undone' }
  | {
      readonly kind: 'accepted';
      readonly status: RunStatus;
      readonly begunAgain: readonly StepAgain[];
      /** Keys of steps that are as if they had never been. */
      readonly forgotten: readonly string[];
      /** Ids of texts that a forgotten turn had taken up: they are news again. */
      readonly givenBack: readonly string[];
    };

export function decideRetry({ run, steps, wasCancelledByParent }: RetryRequest): RetryDecision {
  const status = nextRunStatus(run.status, 'retry');
  if (status === undefined) return { kind: 'refused', status: run.status };
  if (run.undoOutcome !== null || steps.some(({ kind }) => kind === 'undo')) return { kind: 'undone' };
  const plan = planRetry({ steps, failedKey: run.failedKey, wasCancelledByParent });
  return {
    kind: 'accepted',
    status,
    begunAgain: steps.filter((step) => plan.beginAgain.includes(step.key)).flatMap(again),
    forgotten: plan.forget,
    givenBack: steps.filter(({ key }) => plan.forget.includes(key)).flatMap(steersOf),
  };
}

function again(step: StepRecord): readonly StepAgain[] {
  if (!isAttempted(step)) return [];
  const detail = { ...withoutWait(step), attemptsBefore: step.attempt };
  return [{ key: step.key, attempt: step.attempt + 1, ...({ kind: step.kind, detail } as StepFacts<'step' | 'turn'>) }];
}

/** How long it has waited for its model counts from the retry on. */
function withoutWait(step: StepOf<'step' | 'turn'>): StepOf<'step' | 'turn'>['detail'] {
  if (step.kind === 'step') return step.detail;
  const { awaySince: _waited, ...known } = step.detail;
  return known;
}

function isAttempted(step: StepRecord): step is StepOf<'step' | 'turn'> {
  return step.kind === 'step' || step.kind === 'turn';
}

function steersOf(step: StepRecord): readonly string[] {
  return (step.kind === 'turn' && step.detail.steers) || [];
}
