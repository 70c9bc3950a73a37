/** `perdure family refresh`: gateways read the keys of their models again, as they lie in their vaults. */

import { messageOf, type FamilyGateway } from '@perdure/contract';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { findFamily } from './find.ts';
import { findMember } from './find-gateway.ts';
import type { MemberOptions } from './operate.ts';
import { refreshText, type Refreshed } from './repair-view.ts';

/** 1 where one of them did not. */
export async function refreshMembers(rim: Rim, handles: readonly string[], options: MemberOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const wanted = handles.length === 0 ? await all() : await named();
  const told: Refreshed[] = [];
  for (const { familyId, principalId, handle } of wanted) {
    try {
      await client.orderGateway({ params: { familyId, principalId, order: 'refresh' }, body: {} });
      told.push({ handle });
    } catch (error) {
      told.push({ handle, problem: messageOf(error) });
    }
  }
  printData(rim, options, told, () => refreshText(told));
  return told.some(({ problem }) => problem !== undefined) ? 1 : 0;

  async function named() {
    const found = [];
    for (const handle of handles) found.push(await findMember(client, handle, options.family));
    return found.map(({ params, member }) => ({ ...params, handle: member.handle }));
  }

  /** Those that have a key in a vault. */
  async function all(): Promise<readonly FamilyGateway[]> {
    const { family } = options;
    const families =
      family === undefined
        ? await allPages((query) => client.listFamilies({ query }))
        : [await findFamily(client, family)];
    const found: FamilyGateway[] = [];
    for (const { id: familyId } of families) found.push(...(await client.listGateways({ params: { familyId } })).data);
    return found.filter(({ status, credential }) => status === 'ready' && credential.kind === 'vault');
  }
}
