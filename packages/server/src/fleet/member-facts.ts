/** What the hub knows of a member: for its files, and for whoever has to find it. */

import { compact, PerdureError, type Family, type FamilyMember, type Principal } from '@perdure/contract';
import type { MemberFacts } from '@perdure/fleet';
import { listFamilyMembers, showFamily, showFamilyMember, showPrincipal, type HubDeps } from '@perdure/hub/desk';
import { accepted } from '../http/hub/actor.ts';
import { allPages } from './all-pages.ts';

export interface FactDeps {
  readonly hub: HubDeps;
  readonly owner: Principal;
}

/** In whichever family it is. @throws PerdureError `not_found` */
export async function memberOf({ hub, owner }: FactDeps, principalId: string): Promise<FamilyMember> {
  const membership = await hub.store.families.membership(principalId);
  if (membership === undefined) {
    throw new PerdureError(
      'not_found',
      `${principalId} is in no family; \`perdure family list\` shows those there are.`,
    );
  }
  const { familyId } = membership;
  return accepted(await showFamilyMember(hub, owner, { familyId, principalId })).member;
}

export async function familyOf({ hub, owner }: FactDeps, familyId: string): Promise<Family> {
  return accepted(await showFamily(hub, owner, familyId)).family;
}

export async function memberFacts(deps: FactDeps, principalId: string): Promise<MemberFacts> {
  const { hub, owner } = deps;
  const member = await memberOf(deps, principalId);
  const { familyId, handle, displayName, metadata } = member;
  const family = await familyOf(deps, familyId);
  const members = await allPages(async (page) => accepted(await listFamilyMembers(hub, owner, { ...page, familyId })));
  const { principal: human } = accepted(await showPrincipal(hub, owner, family.createdBy));
  const personality = metadata['personalitySeed'];
  return {
    familyId,
    handle,
    displayName,
    principalId,
    workspaceId: owner.workspaceId,
    family: {
      name: family.name,
      lead: family.lead?.displayName ?? human.displayName,
      siblings: members.filter((each) => isSibling(each, principalId)).map(siblingLine),
    },
    human: { name: human.displayName, handle: human.handle, principalId: human.id },
    channels: { dm: member.dmChannelId ?? '', onboarding: member.onboardingChannelId ?? '' },
    ...compact({
      personality: typeof personality === 'string' ? personality : undefined,
      shared: sharedOf(family),
    }),
  };
}

const isSibling = ({ principalId, status }: FamilyMember, self: string): boolean =>
  principalId !== self && status !== 'deprovisioned';

const siblingLine = ({ handle, displayName }: FamilyMember): string =>
  handle === displayName ? handle : `${displayName} (${handle})`;

function sharedOf({ resources, conventions }: Family): MemberFacts['shared'] {
  const lines = resources.map(({ name, value }) => `- ${name}: ${value}`);
  return compact({
    resources: lines.length === 0 ? undefined : lines.join('\n'),
    conventions: conventions === '' ? undefined : conventions,
  });
}
