/** Vaults, who is in them, and what was done with them. */

import type { Principal, Vault, VaultAudit, VaultMember, VaultRole } from '@perdure/contract';
import type { Page, PageRequest } from '../core/ports.ts';
import { refuse, type Refusal } from '../core/refusal.ts';
import { decideOnVault, decideRotateRoot } from '../core/vault/decide-vault.ts';
import type { RootOutcome, VaultMemberOutcome, VaultOutcome } from '../core/vault/ports.ts';
import type { VaultRight } from '../core/vault/roles.ts';
import { auditView, vaultMemberView, vaultView } from '../core/vault/view.ts';
import type { PageOutcome } from './deps.ts';
import type { VaultDeps } from './vault-deps.ts';

type VaultAnswer = { readonly kind: 'vault'; readonly vault: Vault } | Refusal;

export async function createVault(
  { vaults, newId, clock }: VaultDeps,
  by: Principal,
  made: { readonly name: string; readonly description: string },
): Promise<VaultAnswer> {
  return shown(await vaults.create(by, { ...made, id: newId(), now: clock() }));
}

export async function showVault({ vaults }: VaultDeps, by: Principal, vaultId: string): Promise<VaultAnswer> {
  const decision = decideOnVault(by, 'vault.read', { vaultId, standing: await vaults.get(by, vaultId) });
  return decision.kind === 'refused' ? decision : { kind: 'vault', vault: vaultView(decision.standing) };
}

export async function listVaults(
  { vaults }: VaultDeps,
  by: Principal,
  request: PageRequest & { readonly isAll: boolean },
): Promise<PageOutcome<Vault>> {
  if (request.isAll && !by.isOwner) {
    return refuse('forbidden', 'Only the owner lists all vaults; leave `all` out for those you are in.');
  }
  const { data, ...more } = await vaults.list(by, request);
  return { kind: 'page', data: data.map(vaultView), ...more };
}

export async function deleteVault({ vaults, clock }: VaultDeps, by: Principal, vaultId: string): Promise<VaultAnswer> {
  return shown(await vaults.remove(by, { vaultId, now: clock() }));
}

/** Seals all of it under a new key; what was taken with the old one opens nothing that is kept from then on. */
export async function rekeyVault({ vaults, clock }: VaultDeps, by: Principal, vaultId: string): Promise<VaultAnswer> {
  return shown(await vaults.rekey(by, { vaultId, now: clock() }));
}

/** Another root key, and what was sealed under the last one under that. */
export async function rotateRoot({ roots }: VaultDeps, by: Principal): Promise<RootOutcome> {
  const decision = decideRotateRoot(by);
  return decision.kind === 'refused' ? decision : await roots.rotate(by);
}

function shown(outcome: VaultOutcome): VaultAnswer {
  return outcome.kind === 'refused' ? outcome : { kind: 'vault', vault: vaultView(outcome.standing) };
}

interface OfVault extends PageRequest {
  readonly vaultId: string;
}

export async function listVaultMembers(
  deps: VaultDeps,
  by: Principal,
  { vaultId, ...page }: OfVault,
): Promise<PageOutcome<VaultMember>> {
  return await listOf(deps, by, {
    vaultId,
    right: 'vault.read',
    read: () => deps.vaults.members(vaultId, page),
    view: vaultMemberView,
  });
}

export async function listVaultAudit(
  deps: VaultDeps,
  by: Principal,
  { vaultId, ...page }: OfVault,
): Promise<PageOutcome<VaultAudit>> {
  return await listOf(deps, by, {
    vaultId,
    right: 'audit.read',
    read: () => deps.vaults.audit(vaultId, page),
    view: auditView,
  });
}

interface ListOf<Kept, Shown> {
  readonly vaultId: string;
  readonly right: VaultRight;
  readonly read: () => Promise<Page<Kept>>;
  readonly view: (kept: Kept) => Shown;
}

/** A list of a vault, for who may see it. */
export async function listOf<Kept, Shown>(
  { vaults }: VaultDeps,
  by: Principal,
  { vaultId, right, read, view }: ListOf<Kept, Shown>,
): Promise<PageOutcome<Shown>> {
  const decision = decideOnVault(by, right, { vaultId, standing: await vaults.get(by, vaultId) });
  if (decision.kind === 'refused') return decision;
  const { data, ...more } = await read();
  return { kind: 'page', data: data.map(view), ...more };
}

type MemberAnswer = { readonly kind: 'member'; readonly member: VaultMember } | Refusal;

export async function addVaultMember(
  { vaults, clock }: VaultDeps,
  by: Principal,
  change: { readonly vaultId: string; readonly principalId: string; readonly role: VaultRole },
): Promise<MemberAnswer> {
  return shownMember(await vaults.addMember(by, { ...change, now: clock() }));
}

export async function removeVaultMember(
  { vaults, clock }: VaultDeps,
  by: Principal,
  change: { readonly vaultId: string; readonly principalId: string },
): Promise<MemberAnswer> {
  return shownMember(await vaults.removeMember(by, { ...change, now: clock() }));
}

function shownMember(outcome: VaultMemberOutcome): MemberAnswer {
  return outcome.kind === 'refused' ? outcome : { kind: 'member', member: vaultMemberView(outcome.member) };
}
