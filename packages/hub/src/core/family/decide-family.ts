/** Families: who makes one, and who cares for it. */

import { compact, maxResources, type FamilyHost, type FamilyResource, type Principal } from '@perdure/contract';
import { may, type Action, type Actor } from '../may.ts';
import { noSuchPrincipal, refuse, type Refusal } from '../refusal.ts';
import type { FamilyRecord, FamilyStanding } from './records.ts';

export const noSuchFamily = (familyId: string): Refusal =>
  refuse('not_found', `There is no family ${familyId} that is yours to see; \`GET /api/v1/families\` lists those.`);

export type FamilyAction = Extract<Action, `family.${string}`>;

const sentences: Readonly<Partial<Record<FamilyAction, string>>> = {
  'family.appoint': 'Only the owner names a family and its lead; ask them.',
  'family.adopt': 'Only the owner takes an agent into a family that is there already; ask them, or make a new one.',
};
const caredFor = 'This is for the lead of the family and for the owner; ask one of them.';

/** What keeps `actor` from it; undefined: nothing. To whom a family is not shown it does not exist (H2). */
export function familyRefusal(
  actor: Actor,
  action: FamilyAction,
  { standing, familyId }: { readonly standing: FamilyStanding | undefined; readonly familyId: string },
): Refusal | undefined {
  if (standing === undefined) return noSuchFamily(familyId);
  const subject = { isFamilyMember: standing.isMember, ...compact({ leadId: standing.family.leadId }) };
  if (!may(actor, 'family.read', subject)) return noSuchFamily(familyId);
  if (may(actor, action, subject)) return undefined;
  return refuse('forbidden', sentences[action] ?? caredFor);
}

export function decideOnFamily(
  actor: Actor,
  action: FamilyAction,
  facts: { readonly standing: FamilyStanding | undefined; readonly familyId: string },
): { readonly kind: 'allowed'; readonly standing: FamilyStanding } | Refusal {
  const refusal = familyRefusal(actor, action, facts);
  if (refusal !== undefined || facts.standing === undefined) return refusal ?? noSuchFamily(facts.familyId);
  return { kind: 'allowed', standing: facts.standing };
}

export interface NewFamily {
  readonly id: string;
  readonly name: string;
  readonly leadId: string | undefined;
  readonly host: FamilyHost | undefined;
  readonly resources: readonly FamilyResource[];
  readonly conventions: string;
  readonly now: number;
}

/** What is known of the name and of the lead that are given. */
export interface NamedFacts {
  /** Another family is called so. */
  readonly isTaken: boolean;
  readonly lead: Principal | undefined;
}

export type FamilyDecision = { readonly kind: 'write'; readonly family: FamilyRecord } | Refusal;

export function decideCreateFamily(actor: Principal, made: NewFamily, facts: NamedFacts): FamilyDecision {
  if (!may(actor, 'families.create')) {
    return refuse('forbidden', 'Only the owner makes a family: its lead makes agents and gives them keys; ask them.');
  }
  const refusal = namedRefusal(made, facts);
  if (refusal !== undefined) return refusal;
  const { id, name, leadId, host, conventions, now } = made;
  const resources = setResources([], made.resources);
  const times = { createdBy: actor.id, createdAt: now, updatedAt: now };
  return { kind: 'write', family: { id, name, resources, conventions, ...times, ...compact({ leadId, host }) } };
}

function namedRefusal(
  { name, leadId }: { readonly name: string; readonly leadId: string | undefined },
  { isTaken, lead }: NamedFacts,
): Refusal | undefined {
  if (isTaken) return refuse('conflict', `There is a family "${name}" already; choose another name.`);
  if (leadId === undefined) return undefined;
  if (lead === undefined) return noSuchPrincipal(leadId);
  if (lead.kind === 'agent') return undefined;
  return refuse('invalid_input', `${lead.handle} is a person: the lead of a family is an agent; name one.`, {
    field: 'body.leadId',
  });
}

export interface ChangeFamily {
  readonly familyId: string;
  readonly name?: string | undefined;
  /** Null: none. */
  readonly leadId?: string | null | undefined;
  readonly host?: FamilyHost | undefined;
  readonly resources?: readonly { readonly name: string; readonly value: string | null }[] | undefined;
  readonly conventions?: string | undefined;
  readonly now: number;
}

export function decideChangeFamily(
  actor: Principal,
  change: ChangeFamily,
  { standing, ...named }: NamedFacts & { readonly standing: FamilyStanding | undefined },
): FamilyDecision {
  const { familyId, name, leadId, host, resources = [], conventions, now } = change;
  const isAppointing = name !== undefined || leadId !== undefined;
  const found = decideOnFamily(actor, isAppointing ? 'family.appoint' : 'family.change', { standing, familyId });
  if (found.kind === 'refused') return found;
  const { leadId: before, ...kept } = found.standing.family;
  const refusal = namedRefusal({ name: name ?? kept.name, leadId: leadId ?? undefined }, named);
  if (refusal !== undefined) return refusal;
  const set = setResources(kept.resources, resources);
  if (set.length > maxResources) {
    return refuse('invalid_input', `A family has at most ${maxResources} resources; take some out first.`, {
      field: 'body.resources',
    });
  }
  const lead = leadId === undefined ? before : (leadId ?? undefined);
  const changed = { ...kept, ...compact({ name, host, conventions, leadId: lead }), resources: set, updatedAt: now };
  return { kind: 'write', family: changed };
}

/** The last of one name is the one; what is null is taken out. By name. */
function setResources(
  before: readonly FamilyResource[],
  given: readonly { readonly name: string; readonly value: string | null }[],
): readonly FamilyResource[] {
  const all = new Map([...before, ...given].map(({ name, value }) => [name, value]));
  return [...all]
    .flatMap(([name, value]) => (value === null ? [] : [{ name, value }]))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
