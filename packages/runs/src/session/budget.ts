/** Whether a run may begin another model turn. Pure. What was used before somebody cleared the run does not count. */

import { PerdureError, type Budget } from '@perdure/contract';
import type { StepWrite } from '../record/commit.ts';
import type { LoadedRun } from '../record/record.ts';
import type { WorkTime } from './work-time.ts';

/** What a run has used since it started. */
export interface RunUsage {
  readonly tokens: number;
  readonly turns: number;
  /** Milliseconds without those of waiting. */
  readonly activeMs: number;
}

const msPerMinute = 60_000;

/** Undefined while the budget lasts. */
export function budgetProblem(budget: Budget, used: RunUsage, cleared: RunUsage): PerdureError | undefined {
  const spent = {
    tokens: used.tokens - cleared.tokens,
    turns: used.turns - cleared.turns,
    minutes: (used.activeMs - cleared.activeMs) / msPerMinute,
  };
  for (const limit of ['turns', 'tokens', 'minutes'] as const) {
    const allowed = budget[limit];
    if (allowed === undefined || spent[limit] < allowed) continue;
    const amount = limit === 'minutes' ? Math.floor(spent.minutes) : spent[limit];
    return new PerdureError(
      'budget_exhausted',
      `The run has used ${amount} of its ${allowed} ${limit}, so no further model turn begins; resume it to grant as many again, or cancel it.`,
      { details: { limit, allowed, used: amount } },
    );
  }
  return undefined;
}

export interface MeterDeps {
  readonly budget: Budget;
  readonly workTime: Pick<WorkTime, 'activeMs'>;
}

/** Counts what a run uses while it is driven. */
export class Meter {
  readonly #budget: Budget;
  readonly #cleared: LoadedRun['cleared'];
  readonly #workTime: Pick<WorkTime, 'activeMs'>;
  #tokens: number;
  #turns: number;

  constructor(run: LoadedRun, { budget, workTime }: MeterDeps) {
    this.#budget = budget;
    this.#cleared = run.cleared;
    this.#workTime = workTime;
    this.#tokens = run.tokens;
    this.#turns = run.steps.filter((step) => step.kind === 'turn').length;
  }

  /** A step was written; `isNew`: for the first time. */
  written(step: StepWrite, { isNew }: { readonly isNew: boolean }): void {
    if (step.kind === 'turn' && isNew) this.#turns += 1;
    if (step.status === 'done' && step.usage !== undefined) {
      this.#tokens += step.usage.inputTokens + step.usage.outputTokens;
    }
  }

  problem(): PerdureError | undefined {
    const used: RunUsage = { tokens: this.#tokens, turns: this.#turns, activeMs: this.#workTime.activeMs };
    return budgetProblem(this.#budget, used, this.#cleared ?? { tokens: 0, turns: 0, activeMs: 0 });
  }
}
