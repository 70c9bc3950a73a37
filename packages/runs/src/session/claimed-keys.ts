/**
 * Who uses which step key in a drive (P4). The place of a call is noted where the call does something new; calls that
 * are passed over note theirs only on demand, since five thousand of them would cost as much as reading the record.
 */

import { PerdureError, stepKeyPattern, undoScope } from '@perdure/contract';
import { callSite, type CallSite } from '../record/call-site.ts';
import type { Gate } from './gate.ts';

export interface ClaimDeps {
  readonly isRecorded: (key: string) => boolean;
  /** Whether every call notes its place. */
  readonly tracesAll: boolean;
  /** Asks that the next drive of this run does: it can name both places. */
  readonly traceNext: () => void;
  readonly gate: Pick<Gate, 'halt' | 'stopForAttention'>;
}

export class ClaimedKeys {
  readonly #deps: ClaimDeps;
  readonly #sites = new Map<string, CallSite | undefined>();

  constructor(deps: ClaimDeps) {
    this.#deps = deps;
  }

  /** Whether a call of this drive has it. */
  has(fullKey: string): boolean {
    return this.#sites.has(fullKey);
  }

  /**
   * Claims a key for the one call that may use it in this drive: `key` as its author wrote it, `fullKey` unique in the
   * run. False: the run stops, or is driven again to name the culprits.
   */
  claim(key: string, fullKey: string): boolean {
    const { gate, tracesAll, isRecorded, traceNext } = this.#deps;
    const problem = keyProblem(key);
    if (problem !== undefined) {
      gate.stopForAttention(problem);
      return false;
    }
    if (!this.#sites.has(fullKey)) {
      this.#sites.set(fullKey, tracesAll || !isRecorded(fullKey) ? callSite() : undefined);
      return true;
    }
    const first = this.#sites.get(fullKey);
    if (first === undefined) {
      traceNext();
      gate.halt({ kind: 'shutdown' });
      return false;
    }
    const places = `at ${first.describe()} and at ${callSite().describe()}`;
    const message = `Step key "${fullKey}" is used twice, ${places}; give each call its own key, then resume the run.`;
    gate.stopForAttention(new PerdureError('duplicate_key', message, { details: { key: fullKey } }));
    return false;
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
