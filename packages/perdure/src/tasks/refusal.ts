/** Refusals become errors here, at the outermost edge, and the commands they name become those of this state root. */

import { compact, PerdureError } from '@perdure/contract';
import type { Refusal } from '@perdure/tasks';
import type { Place } from '../cli/place.ts';

/** The commands that a message names, as they have to be typed for this state root. */
export function inPlace({ homeFlag }: Place, message: string): string {
  return message.replaceAll(/`perdure task [^`]+/g, (command) => `${command}${homeFlag}`);
}

/** @throws the refusal, as an error */
export function orThrow<Outcome extends { readonly kind: string }>(
  { place }: { readonly place: Place },
  outcome: Outcome | Refusal,
): Exclude<Outcome, Refusal> {
  if (!isRefusal(outcome)) return outcome as Exclude<Outcome, Refusal>;
  const { code, details } = outcome;
  throw new PerdureError(code, inPlace(place, outcome.message), compact({ details }));
}

function isRefusal(outcome: { readonly kind: string }): outcome is Refusal {
  return outcome.kind === 'refused';
}
