/** People and agents as one names them. */

import { PerdureError, type Principal } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { allPages } from './all-pages.ts';

/** By handle, with or without `@`, or by the whole id. @throws PerdureError `not_found` */
export async function findPrincipal(client: Client, given: string): Promise<Principal> {
  const handle = given.replace(/^@/, '');
  const all = await allPages((query) => client.listPrincipals({ query }));
  const found = all.find((principal) => principal.handle === handle || principal.id === given);
  if (found !== undefined) return found;
  throw new PerdureError(
    'not_found',
    `There is no principal "${given}"; \`perdure principals list\` shows who there is.`,
  );
}
