/** What lies in vaults, and leases of it. Only `useVaultLease` answers what a field holds. */

import {
  decideLease,
  deleteItem,
  listItems,
  listLeases,
  putItem,
  requestLease,
  rotateItem,
  showItem,
  showLease,
  useLease,
  type VaultDeps,
} from '@perdure/hub/desk';
import { pageOf } from '../page.ts';
import type { Handlers } from '../table.ts';
import { accepted, actorOf, pageReply } from './actor.ts';

type ItemRoute =
  | 'listVaultItems'
  | 'createVaultItem'
  | 'dropVaultItem'
  | 'getVaultItem'
  | 'rotateVaultItem'
  | 'deleteVaultItem';
type LeaseRoute = 'listVaultLeases' | 'requestVaultLease' | 'getVaultLease' | 'changeVaultLease' | 'useVaultLease';

export function vaultItemHandlers(vault: VaultDeps): Pick<Handlers, ItemRoute> {
  return {
    listVaultItems: async ({ params, query: { q, type, ...query } }, call) => {
      const request = { ...pageOf(query), ...params, q, type };
      return pageReply(await listItems(vault, actorOf(call), request));
    },
    createVaultItem: async ({ params, body }, call) => {
      const { item } = accepted(await putItem(vault, actorOf(call), { ...params, ...body, isDrop: false }));
      return { status: 201, body: { data: item } };
    },
    dropVaultItem: async ({ params, body }, call) => {
      const outcome = accepted(await putItem(vault, actorOf(call), { ...params, ...body, isDrop: true }));
      const { id, vaultId, name } = outcome.item;
      return { status: 201, body: { data: { id, vaultId, name } } };
    },
    getVaultItem: async ({ params: { itemId } }, call) => {
      const { item } = accepted(await showItem(vault, actorOf(call), itemId));
      return { status: 200, body: { data: item } };
    },
    rotateVaultItem: async ({ params, body }, call) => {
      const { item } = accepted(await rotateItem(vault, actorOf(call), { ...params, ...body }));
      return { status: 200, body: { data: item } };
    },
    deleteVaultItem: async ({ params: { itemId } }, call) => {
      const { item } = accepted(await deleteItem(vault, actorOf(call), itemId));
      return { status: 200, body: { data: item } };
    },
  };
}

export function vaultLeaseHandlers(vault: VaultDeps): Pick<Handlers, LeaseRoute> {
  return {
    listVaultLeases: async ({ query }, call) => {
      return pageReply(await listLeases(vault, actorOf(call), pageOf(query)));
    },
    requestVaultLease: async ({ body }, call) => {
      const { lease } = accepted(await requestLease(vault, actorOf(call), body));
      return { status: 201, body: { data: lease } };
    },
    getVaultLease: async ({ params: { leaseId } }, call) => {
      const { lease } = accepted(await showLease(vault, actorOf(call), leaseId));
      return { status: 200, body: { data: lease } };
    },
    changeVaultLease: async ({ params: { leaseId }, body: { status } }, call) => {
      const { lease } = accepted(await decideLease(vault, actorOf(call), { leaseId, to: status }));
      return { status: 200, body: { data: lease } };
    },
    useVaultLease: async ({ params: { leaseId } }, call) => {
      const { kind: _opened, ...opened } = accepted(await useLease(vault, actorOf(call), leaseId));
      return { status: 200, body: { data: opened } };
    },
  };
}
