/** What tools and model servers may be given, and what they ask for. */

import { endGrant, grantItem, listGrants, listWants, type VaultDeps } from '@perdure/hub/desk';
import type { Dependencies } from '../dependencies.ts';
import { pageOf } from '../page.ts';
import type { Handlers } from '../table.ts';
import { accepted, actorOf, pageReply } from './actor.ts';

type GrantRoute = 'listVaultGrants' | 'createVaultGrant' | 'deleteVaultGrant' | 'listVaultWants';

export function vaultGrantHandlers(vault: VaultDeps, catalogue: Dependencies['catalogue']): Pick<Handlers, GrantRoute> {
  return {
    listVaultGrants: async ({ query }, call) => pageReply(await listGrants(vault, actorOf(call), pageOf(query))),
    createVaultGrant: async ({ body }, call) => {
      const loaded = await catalogue.read();
      const { grant } = accepted(await grantItem(vault, actorOf(call), { ...body, loaded }));
      return { status: 201, body: { data: grant } };
    },
    deleteVaultGrant: async ({ params: { grantId } }, call) => {
      const { grant } = accepted(await endGrant(vault, actorOf(call), grantId));
      return { status: 200, body: { data: grant } };
    },
    listVaultWants: async () => ({
      status: 200,
      body: { data: [...(await listWants(vault, await catalogue.read()))] },
    }),
  };
}
