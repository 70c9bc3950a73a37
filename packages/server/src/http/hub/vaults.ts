/** Vaults, who is in them, and what was done with them. */

import {
  addVaultMember,
  createVault,
  deleteVault,
  listVaultAudit,
  listVaultMembers,
  listVaults,
  rekeyVault,
  removeVaultMember,
  rotateRoot,
  showVault,
  type VaultDeps,
} from '@perdure/hub/desk';
import { pageOf } from '../page.ts';
import type { Handlers } from '../table.ts';
import { accepted, actorOf, pageReply } from './actor.ts';

type VaultRoute =
  | 'listVaults'
  | 'createVault'
  | 'getVault'
  | 'deleteVault'
  | 'rekeyVault'
  | 'rotateVaultRoot'
  | 'listVaultAudit';
type MemberRoute = 'listVaultMembers' | 'addVaultMember' | 'removeVaultMember';

export function vaultHandlers(vault: VaultDeps): Pick<Handlers, VaultRoute | MemberRoute> {
  return {
    listVaults: async ({ query }, call) => {
      const request = { ...pageOf(query), isAll: query.all === 'true' };
      return pageReply(await listVaults(vault, actorOf(call), request));
    },
    createVault: async ({ body: { name, description } }, call) => {
      const made = { name, description: description ?? '' };
      const outcome = accepted(await createVault(vault, actorOf(call), made));
      return { status: 201, body: { data: outcome.vault } };
    },
    getVault: async ({ params: { vaultId } }, call) => {
      const outcome = accepted(await showVault(vault, actorOf(call), vaultId));
      return { status: 200, body: { data: outcome.vault } };
    },
    deleteVault: async ({ params: { vaultId } }, call) => {
      const outcome = accepted(await deleteVault(vault, actorOf(call), vaultId));
      return { status: 200, body: { data: outcome.vault } };
    },
    rekeyVault: async ({ params: { vaultId } }, call) => {
      const outcome = accepted(await rekeyVault(vault, actorOf(call), vaultId));
      return { status: 200, body: { data: outcome.vault } };
    },
    rotateVaultRoot: async (_request, call) => {
      const { kind: _rotated, ...root } = accepted(await rotateRoot(vault, actorOf(call)));
      return { status: 200, body: { data: root } };
    },
    listVaultAudit: async ({ params, query }, call) => {
      const request = { ...pageOf(query), ...params };
      return pageReply(await listVaultAudit(vault, actorOf(call), request));
    },
    listVaultMembers: async ({ params, query }, call) => {
      const request = { ...pageOf(query), ...params };
      return pageReply(await listVaultMembers(vault, actorOf(call), request));
    },
    addVaultMember: async ({ params, body }, call) => {
      const { member } = accepted(await addVaultMember(vault, actorOf(call), { ...params, ...body }));
      return { status: 201, body: { data: member } };
    },
    removeVaultMember: async ({ params }, call) => {
      const { member } = accepted(await removeVaultMember(vault, actorOf(call), params));
      return { status: 200, body: { data: member } };
    },
  };
}
