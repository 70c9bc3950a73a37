/** Who acts: every route of the hub asks for a key, so there is somebody. */

import { PerdureError, type Principal } from '@perdure/contract';
import { refusalError, type Refusal } from '@perdure/hub';
import type { PageOutcome } from '@perdure/hub/desk';
import type { RequestContext } from '../table.ts';

export function actorOf({ by }: RequestContext): Principal {
  if (by === undefined) throw new PerdureError('unauthenticated', 'A key is needed here; send one.');
  return by;
}

/** What was answered, unless it is a refusal. @throws PerdureError */
export function accepted<Outcome extends { readonly kind: string }>(
  outcome: Outcome | Refusal,
): Exclude<Outcome, Refusal> {
  if (outcome.kind === 'refused') throw refusalError(outcome as Refusal);
  return outcome as Exclude<Outcome, Refusal>;
}

/** A page as it is answered. @throws PerdureError */
export function pageReply<T>(outcome: PageOutcome<T>) {
  const { kind: _page, ...body } = accepted(outcome);
  return { status: 200 as const, body: { ...body, data: [...body.data] } };
}
