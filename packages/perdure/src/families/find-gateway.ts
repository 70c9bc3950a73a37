/** Members of families by their handle, wherever they are, and what may be asked of their gateways. */

import { PerdureError, type Family, type FamilyGateway, type FamilyMember } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { allPages } from '../client/all-pages.ts';
import { findFamily } from './find.ts';

export interface FoundMember {
  readonly family: Family;
  readonly member: FamilyMember;
  /** As the routes of its gateway name it. */
  readonly params: { readonly familyId: string; readonly principalId: string };
}

/** In the family that is named, or in whichever has it: a handle is one agent's. */
export async function findMember(client: Client, handle: string, family: string | undefined): Promise<FoundMember> {
  const families =
    family === undefined
      ? await allPages((query) => client.listFamilies({ query }))
      : [await findFamily(client, family)];
  const wanted = handle.replace(/^@/, '');
  for (const each of families) {
    const params = { familyId: each.id };
    const members = await allPages((query) => client.listFamilyMembers({ params, query }));
    const member = members.find((one) => one.handle === wanted || one.principalId === handle);
    if (member === undefined) continue;
    return { family: each, member, params: { ...params, principalId: member.principalId } };
  }
  throw new PerdureError(
    'not_found',
    `There is no member "${handle}" in a family; \`perdure family status\` shows those there are.`,
  );
}

/** The family that is named, or the only one there is. */
export async function familyOrOnly(client: Client, given: string | undefined): Promise<Family> {
  if (given !== undefined) return await findFamily(client, given);
  const [only, ...more] = await allPages((query) => client.listFamilies({ query }));
  if (only === undefined) {
    throw new PerdureError('not_found', 'There is no family yet; `perdure family init` makes one of this host.');
  }
  if (more.length === 0) return only;
  throw new PerdureError('usage', `There are ${more.length + 1} families; name one with --family.`);
}

export async function gatewayOf(client: Client, params: FoundMember['params']): Promise<FamilyGateway> {
  return (await client.getGateway({ params })).data;
}
