/** Who is in a family, in SQLite: an agent is made with its key and its channels in one transaction. */

import { compact, type Principal } from '@perdure/contract';
import { noted, unchanged, type Note } from '../../core/audit.ts';
import {
  decideAddFamilyMember,
  decideChangeMember,
  type AddMemberDecision,
  type NewFamilyMember,
} from '../../core/family/decide-member.ts';
import type { FamilyStore, MadeIds } from '../../core/family/ports.ts';
import { provisioningTask } from '../../core/family/provisioning.ts';
import type { FamilyMemberRecord, FamilyRecord } from '../../core/family/records.ts';
import type { CreateTaskOutcome } from '../../core/tasks/ports.ts';
import { readPage } from '../page.ts';
import { createTask } from '../tasks/hub-task-store.ts';
import type { FamilyTools } from './tools.ts';

type MemberPart = 'members' | 'member' | 'membership' | 'addMember' | 'changeMember';
type Made = NewFamilyMember & { readonly ids: MadeIds };

export function membersOf(tools: FamilyTools): Pick<FamilyStore, MemberPart> {
  const { families, members, principals, manage, read } = tools;
  const decide = (by: Principal, made: Made): AddMemberDecision => {
    const { familyId, adoptedId, handle, clientKey } = made;
    const named = adoptedId === undefined ? principals.byHandle(handle) : principals.get(adoptedId);
    return decideAddFamilyMember(by, made, {
      standing: families.standing(familyId, by.id),
      earlier: members.byKey(familyId, clientKey),
      named,
      membership: named && members.membership(named.id),
      members: members.count(familyId),
    });
  };
  const written = (familyId: string, principalId: string) => members.get(familyId, principalId) as FamilyMemberRecord;
  return {
    members: (familyId, page) =>
      read(() =>
        readPage(
          page,
          (handle, limit) => members.after(familyId, handle, limit),
          ({ principal }) => principal.handle,
        ),
      ),
    member: (familyId, principalId) => read(() => members.get(familyId, principalId)),
    membership: (principalId) => read(() => members.membership(principalId)),
    addMember: (by, made) =>
      manage({ id: by.id, now: made.now }, () => {
        const decision = decide(by, made);
        if (decision.kind === 'refused') return decision;
        const { familyId } = made;
        if (decision.kind === 'found') {
          return unchanged({ kind: 'found', member: written(familyId, decision.principalId) });
        }
        const { family } = decision.standing;
        const isNew = decision.kind === 'make';
        const principalId = decision.kind === 'make' ? made.ids.principalId : decision.principal.id;
        // First: where it is refused nothing was written.
        const task =
          decision.kind === 'make' ? makeTask(tools, by, { family, made, handle: decision.handle }) : undefined;
        if (task?.kind === 'refused') return task;
        const letIn = decision.kind === 'make' ? makePrincipal(tools, by, { made, handle: decision.handle }) : [];
        const channels = makeChannels(tools, by, { family, made, principalId });
        members.insert({ ...recordOf(by, made), isAdopted: !isNew, ...channels.ids }, principalId, made.clientKey);
        const joined = { action: 'family.member_added', familyId, principalId } as const;
        const outcome = {
          kind: 'added',
          member: written(familyId, principalId),
          isNew,
          ...compact({ task: task?.stored }),
        } as const;
        return noted(outcome, joined, ...letIn, ...channels.notes);
      }),
    changeMember: changeMemberOf(tools, written),
  };
}

function changeMemberOf(
  { families, members, keys, manage }: FamilyTools,
  written: (familyId: string, principalId: string) => FamilyMemberRecord,
): FamilyStore['changeMember'] {
  return (by, change) =>
    manage({ id: by.id, now: change.now }, () => {
      const { familyId, principalId, now } = change;
      const decision = decideChangeMember(by, change, {
        standing: families.standing(familyId, by.id),
        member: members.get(familyId, principalId),
      });
      if (decision.kind === 'refused') return decision;
      if (decision.kind === 'same') return unchanged({ kind: 'same', member: decision.member, revoked: [] });
      members.update(decision.member);
      // H5: in the same transaction.
      const open = decision.isGone ? keys.of(principalId).filter(({ revokedAt }) => revokedAt === undefined) : [];
      for (const { id } of open) keys.revoke(by.id, id, now);
      const { status } = decision.member;
      const revoked = open.map(({ id }) => id);
      return noted(
        { kind: 'changed', member: written(familyId, principalId), revoked },
        { action: 'family.member_changed', familyId, principalId, detail: { status } },
        ...open.map(({ id: keyId, label }): Note => ({
          action: 'key.revoked',
          principalId,
          keyId,
          detail: { label },
        })),
      );
    });
}

/** For whoever leads the family; undefined: nobody does, or there are no tasks here. */
function makeTask(
  { tasks }: FamilyTools,
  by: Principal,
  { family, made, handle }: { readonly family: FamilyRecord; readonly made: Made; readonly handle: string },
): CreateTaskOutcome | undefined {
  if (tasks === undefined || family.leadId === undefined) return undefined;
  const { ids, displayName = handle } = made;
  const { principalId, dmChannelId, onboardingChannelId, provisioning: given } = ids;
  const member = { principalId, handle, displayName, dmChannelId, onboardingChannelId };
  return createTask(tasks, by, provisioningTask(family, member, { made, given }));
}

function recordOf(by: Principal, made: Made): Omit<FamilyMemberRecord, 'principal' | 'isAdopted'> {
  const { familyId, metadata, gatewayPort, ocHomeDir, now } = made;
  const times = { statusAt: now, createdBy: by.id, createdAt: now, updatedAt: now };
  return { familyId, status: 'pending', metadata, ...times, ...compact({ gatewayPort, ocHomeDir }) };
}

/** With the key by which it will be let in. */
function makePrincipal(
  { principals, keys }: FamilyTools,
  by: Principal,
  { made, handle }: { readonly made: Made; readonly handle: string },
): readonly Note[] {
  const { displayName = handle, ids, now } = made;
  const { principalId, key } = ids;
  const label = 'family';
  principals.insert(
    { id: principalId, kind: 'agent', handle, displayName, now },
    { workspaceId: by.workspaceId, isOwner: false },
  );
  keys.insert(by.id, { ...key, principalId, label, now });
  return [
    { action: 'principal.created', principalId, detail: { handle } },
    { action: 'key.created', principalId, keyId: key.id, detail: { label } },
  ];
}

interface ChannelsOf {
  readonly family: FamilyRecord;
  readonly made: Made;
  readonly principalId: string;
}

/** One between the member and whoever made the family, and one of these two and the lead. */
function makeChannels(tools: FamilyTools, by: Principal, { family, made, principalId }: ChannelsOf) {
  const { channels, principals } = tools;
  const { ids, now } = made;
  const person = family.createdBy;
  const directOf = [person, principalId].toSorted().join(' ');
  const direct = channels.direct(directOf);
  const between = [person, principalId];
  const dm = { id: ids.dmChannelId, kind: 'dm', directOf, createdBy: person } as const;
  const name = shortName(`Onboarding ${principals.get(principalId)?.displayName ?? ''}`);
  const onboarding = { id: ids.onboardingChannelId, kind: 'group', name, createdBy: by.id } as const;
  const all = [...new Set([...between, by.id, ...(family.leadId === undefined ? [] : [family.leadId])])];
  const making = [...(direct === undefined ? [{ channel: dm, who: between }] : []), { channel: onboarding, who: all }];
  for (const { channel, who } of making) {
    channels.insert({ ...channel, lastSeq: 0, createdAt: now });
    for (const id of who) channels.join(channel.id, id, now);
  }
  const notes = making.flatMap(({ channel: { id: channelId, kind }, who }): readonly Note[] => [
    { action: 'channel.created', channelId, detail: { kind } },
    ...who.map((id): Note => ({ action: 'channel.member_added', channelId, principalId: id })),
  ]);
  return { ids: { dmChannelId: direct?.id ?? ids.dmChannelId, onboardingChannelId: ids.onboardingChannelId }, notes };
}

/** As long as a name of a channel may be; no character is cut in half. */
const shortName = (name: string): string => Array.from(name).slice(0, 100).join('');
