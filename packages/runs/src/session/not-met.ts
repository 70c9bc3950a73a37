/**
 * Recorded steps that a drive did not come by, though it went on behind them: the code has them no more, or under
 * another key, so that what they did stands and may be done again. Pure.
 *
 * Only what is sure is told. What lies behind a call that is still open may yet be met, by whichever branch: of that
 * the order in which steps began tells enough. What lies below a step that is passed over, or below a tool call, is not
 * called by the code of a pipeline.
 */

import { undoScope } from '@perdure/contract';
import type { StepRecord } from '../record/record.ts';

/** Keys, in the order in which they began. `steps` as the drive found them. */
export function keysNotMet(steps: readonly StepRecord[], isMet: (key: string) => boolean): readonly string[] {
  const suspects = steps.filter(({ key }) => !isMet(key) && !key.startsWith(`${undoScope}/`));
  if (suspects.length === 0) return [];
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const firstOpen = steps.find(({ key, kind, status }) => status === 'started' && isMet(key) && !isComposite(kind));
  return suspects
    .filter(({ seq }) => firstOpen === undefined || seq < firstOpen.seq)
    .filter(({ key }) => aboveOf(key).every((above) => isOpenScope(byKey.get(above), isMet)))
    .map(({ key }) => key);
}

/** They are begun before all that is in them. */
const isComposite = (kind: StepRecord['kind']): boolean =>
  kind === 'agent' || kind === 'review' || kind === 'map' || kind === 'item';

/** Whether the code below it was run in this drive. */
function isOpenScope(above: StepRecord | undefined, isMet: (key: string) => boolean): boolean {
  return above === undefined || (above.status === 'started' && above.kind !== 'tool' && isMet(above.key));
}

/** `a/b/c`: `a`, `a/b`. */
function aboveOf(key: string): readonly string[] {
  const parts = key.split('/');
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('/'));
}
