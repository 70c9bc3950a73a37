/** The status of a run in words. Pure. */

import type { RunSummary, WaitKind } from '@perdure/contract';

/** What a waiting run waits for. */
export const waitNames: Readonly<Record<WaitKind, string>> = {
  timer: 'a timer',
  human: 'a person',
  child: 'another run',
};

/** `waiting for a person`. */
export function statusWords(run: RunSummary): string {
  return `${run.status.replaceAll('_', ' ')}${waitedFor(run)}`;
}

/** ` for a person`; empty where it does not wait. */
export function waitedFor({ waitingFor }: RunSummary): string {
  return waitingFor === undefined ? '' : ` for ${waitNames[waitingFor.kind]}`;
}
