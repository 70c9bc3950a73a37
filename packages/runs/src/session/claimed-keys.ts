/**
 * Who uses which step key in a drive (P4). The place of a call is noted where the call does something new; calls that are passed over
 * note theirs only on demand, since five thousand of them would cost as much as reading the record.
 */

import { PerdureError, stepKeyPattern, undoScope } from '@perdure/contract';
import { callSite, type CallSite } from '../record/call-site.ts';

export type Claim =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'refused'; readonly error: PerdureError }
  /** Used twice, the first time by a call that was passed over: another drive that traces all can name both places. */
  | { readonly kind: 'used_by_untraced' };

export class ClaimedKeys {
  readonly #isRecorded: (key: string) => boolean;
  readonly #tracesAll: boolean;
  readonly #sites = new Map<string, CallSite | undefined>();

  constructor(options: { readonly isRecorded: (key: string) => boolean; readonly tracesAll: boolean }) {
    this.#isRecorded = options.isRecorded;
    this.#tracesAll = options.tracesAll;
  }

  /** `key`: as its author wrote it. `fullKey`: unique in the run. */
  claim(key: string, fullKey: string): Claim {
    const problem = keyProblem(key);
    if (problem !== undefined) return { kind: 'refused', error: problem };
    if (!this.#sites.has(fullKey)) {
      this.#sites.set(fullKey, this.#tracesAll || !this.#isRecorded(fullKey) ? callSite() : undefined);
      return { kind: 'claimed' };
    }
    const first = this.#sites.get(fullKey);
    if (first === undefined) return { kind: 'used_by_untraced' };
    const places = `at ${first.describe()} and at ${callSite().describe()}`;
    return {
      kind: 'refused',
      error: new PerdureError(
        'duplicate_key',
        `Step key "${fullKey}" is used twice, ${places}; give each call its own key, then resume the run.`,
        { details: { key: fullKey } },
      ),
    };
  }
}

/** What is wrong with a key as an author wrote it; undefined for one that can be used. */
function keyProblem(key: string): PerdureError | undefined {
  if (key === undoScope) {
    return new PerdureError(
      'invalid_input',
      `The step key "undo" at ${callSite().describe()} is ours; choose another one, then resume the run.`,
    );
  }
  if (typeof key === 'string' && stepKeyPattern.test(key)) return undefined;
  return new PerdureError(
    'invalid_input',
    `${JSON.stringify(key)} at ${callSite().describe()} cannot be a step key: use 1 to 100 letters, digits, dots, dashes and underscores, then resume the run.`,
  );
}
