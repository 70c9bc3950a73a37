/** A vault that `ada` made, with `ben` for its admin; `agent` is a member, `viewer` looks on, `outsider` is in none. */

import { onTestFinished } from 'vitest';
import type { Principal } from '@perdure/contract';
import type { HubStore } from '../../../core/ports.ts';
import type { VaultStore } from '../../../core/vault/ports.ts';
import type { PlainField } from '../../../core/vault/records.ts';
import { taken } from '../../conformance/world.ts';

export interface VaultStoreUnderTest {
  readonly hub: HubStore;
  readonly vaults: VaultStore;
  /** What another process has of the same. */
  readonly another: () => Promise<VaultStore>;
  /** From now on the root key is not the one with which they were made. */
  readonly loseKey: () => void;
  readonly close: () => void;
}

export type OpenVaultStore = () => Promise<VaultStoreUnderTest>;

export const names = ['ada', 'ben', 'agent', 'viewer', 'outsider'] as const;

export async function openVaultWorld(open: OpenVaultStore) {
  const under = await open();
  onTestFinished(under.close);
  const { hub, vaults } = under;
  let count = 0;
  const newId = (): string => `id-${String((count += 1)).padStart(4, '0')}`;
  const owner = await hub.principals.ensureOwner({ id: newId(), workspaceId: 'w', now: 1 });
  const make = async (handle: string): Promise<Principal> => {
    const kind = handle === 'ada' || handle === 'ben' ? 'human' : 'agent';
    const made = { id: newId(), kind, handle, displayName: handle.toUpperCase(), now: 2 } as const;
    return taken(await hub.principals.create(owner, made)).principal;
  };
  const people = { ada: await make('ada'), ben: await make('ben'), agent: await make('agent') };
  const others = { viewer: await make('viewer'), outsider: await make('outsider') };
  const vaultId = newId();
  taken(await vaults.create(people.ada, { id: vaultId, name: 'ada-main', description: 'credentials', now: 3 }));
  for (const [principal, role] of [
    [people.ben, 'admin'],
    [people.agent, 'member'],
    [others.viewer, 'viewer'],
  ] as const) {
    taken(await vaults.addMember(people.ada, { vaultId, principalId: principal.id, role, now: 4 }));
  }
  const put = async (name: string, { needsApproval = false, fields = [token('hunter2')] } = {}) => {
    const made = { id: newId(), vaultId, name, type: 'login', needsApproval, fields, isDrop: false, now: 5 };
    return taken(await vaults.putItem(people.ada, made)).item;
  };
  /** Asks for it and uses it, at the same moment. */
  const read = async (by: Principal, itemId: string, now = 10) => {
    const asked = await vaults.requestLease(by, { id: newId(), itemId, reason: 'a test', ttlMs: 1000, now });
    return asked.kind === 'refused' ? asked : await vaults.useLease(by, { leaseId: asked.lease.id, now });
  };
  return { ...under, owner, ...people, ...others, vaultId, newId, put, read };
}

export type VaultWorld = Awaited<ReturnType<typeof openVaultWorld>>;

export const token = (value: string, key = 'token'): PlainField => ({ key, type: 'secret', value });

/** What was done, oldest first. */
export async function doneIn({ vaults, vaultId }: VaultWorld): Promise<readonly string[]> {
  const { data } = await vaults.audit(vaultId, { limit: 100 });
  return data.toReversed().map(({ action }) => action);
}
