/** The status of a run in words. Pure. */

import type { RunSummary, WaitKind } from '@perdure/contract';
import { untilWords } from '../text/clock.ts';
import { printable } from '../text/format.ts';

/** What a waiting run waits for. */
export const waitNames: Readonly<Record<WaitKind, string>> = {
  timer: 'a timer',
  human: 'a person',
  child: 'another run',
  model: 'its model',
  member: 'a member of a family',
};

/** `waiting for a person`; `paused (held)` where a start paused it. */
export function statusWords(run: RunSummary): string {
  return `${run.status.replaceAll('_', ' ')}${heldText(run)}${waitedFor(run)}`;
}

/** ` (held)`; empty where no start has paused it. */
export function heldText({ held }: RunSummary): string {
  return held === undefined ? '' : ' (held)';
}

/** ` for a person`; empty where it does not wait. */
export function waitedFor({ waitingFor }: RunSummary): string {
  if (waitingFor === undefined) return '';
  return ` for ${waitingFor.kind === 'model' && waitingFor.model !== undefined ? printable(waitingFor.model) : waitNames[waitingFor.kind]}`;
}

/** ` until <time>`, or when a model that is away is asked again; empty where nobody knows. */
export function untilText({ waitingFor }: RunSummary, now: number): string {
  if (waitingFor?.until === undefined) return '';
  const until = untilWords(waitingFor.until, now);
  return waitingFor.kind === 'model' ? `, asked again at ${until}` : ` until ${until}`;
}
