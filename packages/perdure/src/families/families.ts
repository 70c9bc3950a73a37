/** `perdure family list`, `create`, `show` and `members`. */

import { compact } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { findPrincipal } from '../client/find-principal.ts';
import { printable } from '../text/format.ts';
import { findFamily } from './find.ts';
import { familyList, familyView, memberList } from './view.ts';

export async function listFamilies(rim: Rim, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const families = await allPages((query) => client.listFamilies({ query }));
  printData(rim, options, families, (columns) => familyList(families, columns));
  return 0;
}

export interface CreateFamilyOptions extends CommonOptions {
  readonly lead?: string;
}

export async function createFamily(rim: Rim, name: string, options: CreateFamilyOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const leadId = options.lead === undefined ? undefined : (await findPrincipal(client, options.lead)).id;
  const { data } = await client.createFamily({ body: { name, ...compact({ leadId }) } });
  const led = data.lead === undefined ? 'Nobody leads it but you.' : `${data.lead.handle} leads it.`;
  printData(rim, options, data, () => `Made family ${printable(data.name)}. ${led}`);
  return 0;
}

export async function showFamily(rim: Rim, given: string, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const family = await findFamily(client, given);
  const params = { familyId: family.id };
  const members = await allPages((query) => client.listFamilyMembers({ params, query }));
  const { data } = await client.listFamilyHealth({ params, query: { limit: 1 } });
  const whole = { family, members, ...compact({ health: data[0] }) };
  printData(rim, options, whole, (columns) => familyView(whole, columns));
  return 0;
}

export async function listMembers(rim: Rim, given: string, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: familyId } = await findFamily(client, given);
  const members = await allPages((query) => client.listFamilyMembers({ params: { familyId }, query }));
  printData(rim, options, members, (columns) => memberList(members, { columns }));
  return 0;
}
