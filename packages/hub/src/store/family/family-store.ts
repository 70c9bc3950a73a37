/** Families in the database of a state root. */

import { compact, type AuditAction, type Principal } from '@perdure/contract';
import { type Connection, createRead, type GroupCommit } from '@perdure/db';
import { noted, type Note } from '../../core/audit.ts';
import { decideChangeFamily, decideCreateFamily, type NamedFacts } from '../../core/family/decide-family.ts';
import type { FamilyStore, SeenFamily } from '../../core/family/ports.ts';
import type { FamilyRecord, FamilyStanding } from '../../core/family/records.ts';
import type { Manage } from '../audit-store.ts';
import { ChannelRows } from '../channel-rows.ts';
import { KeyRows } from '../key-rows.ts';
import { readPage } from '../page.ts';
import { PrincipalRows } from '../principal-store.ts';
import type { TaskTools } from '../tasks/tools.ts';
import { FamilyRows } from './family-rows.ts';
import { healthOf } from './health.ts';
import { MemberRows } from './member-rows.ts';
import { membersOf } from './members.ts';
import type { FamilyTools } from './tools.ts';

export interface FamilyStoreDeps {
  readonly manage: Manage;
  readonly group: GroupCommit;
  readonly tasks: TaskTools | undefined;
}

export function createFamilyStore(database: Connection, { manage, group, tasks }: FamilyStoreDeps): FamilyStore {
  const tools: FamilyTools = {
    families: new FamilyRows(database),
    members: new MemberRows(database),
    principals: new PrincipalRows(database),
    keys: new KeyRows(database),
    channels: new ChannelRows(database),
    tasks,
    manage,
    read: createRead(database),
  };
  return { ...familiesOf(tools), ...membersOf(tools), ...healthOf(tools, group) };
}

type FamilyPart = 'create' | 'change' | 'get' | 'list' | 'of' | 'carers' | 'concerned';

function familiesOf(tools: FamilyTools): Pick<FamilyStore, FamilyPart> {
  const { families, principals, manage, read } = tools;
  const seenOf = (standing: FamilyStanding): SeenFamily => {
    const lead = standing.family.leadId === undefined ? undefined : principals.get(standing.family.leadId);
    return { ...standing, ...(lead !== undefined && { lead }) };
  };
  const named = (id: string, name: string | undefined, leadId: string | null | undefined): NamedFacts => ({
    isTaken: name !== undefined && ![undefined, id].includes(families.named(name)),
    lead: leadId === undefined || leadId === null ? undefined : principals.get(leadId),
  });
  const written = (by: Principal, id: string) =>
    ({ kind: 'family', seen: seenOf(families.standing(id, by.id) as FamilyStanding) }) as const;
  return {
    create: (by, made) =>
      manage({ id: by.id, now: made.now }, () => {
        const decision = decideCreateFamily(by, made, named(made.id, made.name, made.leadId));
        if (decision.kind === 'refused') return decision;
        families.insert(decision.family);
        return noted(written(by, made.id), note('family.created', decision.family));
      }),
    change: (by, change) =>
      manage({ id: by.id, now: change.now }, () => {
        const { familyId, name, leadId } = change;
        const standing = families.standing(familyId, by.id);
        const decision = decideChangeFamily(by, change, { ...named(familyId, name, leadId), standing });
        if (decision.kind === 'refused') return decision;
        const { family } = decision;
        families.update(family);
        const isNewLead = family.leadId !== standing?.family.leadId;
        const notes = isNewLead ? welcomeLead(tools, family, change.now) : [];
        return noted(written(by, familyId), note('family.changed', family), ...notes);
      }),
    get: (viewer, familyId) =>
      read(() => {
        const standing = families.standing(familyId, viewer.id);
        return standing && seenOf(standing);
      }),
    list: (viewer, { isAll, ...page }) =>
      read(() =>
        readPage(
          page,
          (cursor, limit) => families.list(viewer.id, { isAll, cursor, limit }).map(seenOf),
          ({ family }) => family.id,
        ),
      ),
    of: (principalId) => read(() => families.of(principalId)),
    carers: (familyId) => read(() => families.carers(familyId)),
    concerned: (familyId) => read(() => families.concerned(familyId)),
  };
}

/** Whoever leads the family now is met where its members are, as if they had led it from the beginning. */
function welcomeLead(
  { members, channels }: FamilyTools,
  { id: familyId, leadId }: FamilyRecord,
  now: number,
): readonly Note[] {
  if (leadId === undefined) return [];
  return members.onboardingWithout(familyId, leadId).map((channelId): Note => {
    channels.join(channelId, leadId, now);
    return { action: 'channel.member_added', channelId, principalId: leadId };
  });
}

const note = (action: AuditAction, { id, name, leadId }: FamilyRecord): Note => ({
  action,
  familyId: id,
  detail: { name },
  ...compact({ principalId: leadId }),
});
