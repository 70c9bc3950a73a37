/** Nobody gives more than they have, tried over all pairs of who gives and what is given. */

import { describe, expect, it } from 'vitest';
import { may, type Action, type Actor, type Subject } from '../src/core/may.ts';

const actors = {
  owner: { id: 'owner', kind: 'human', isOwner: true },
  person: { id: 'person', kind: 'human', isOwner: false },
  lead: { id: 'lead', kind: 'agent', isOwner: false },
  /** Made by the family, and let in since. */
  entered: { id: 'entered', kind: 'agent', isOwner: false },
  /** Made by the family, with a key that nobody has used. */
  untouched: { id: 'untouched', kind: 'agent', isOwner: false },
  adopted: { id: 'adopted', kind: 'agent', isOwner: false },
  outsider: { id: 'outsider', kind: 'agent', isOwner: false },
} as const satisfies Record<string, Actor>;

type Role = keyof typeof actors;
const roles = Object.keys(actors) as Role[];
const members: readonly Role[] = ['entered', 'untouched', 'adopted'];

const actions: readonly Action[] = [
  'instance.operate',
  'principals.manage',
  'principals.read',
  'keys.read',
  'keys.revoke',
  'keys.create',
  'families.create',
  'families.listAll',
  'family.read',
  'family.appoint',
  'family.adopt',
  'family.change',
  'family.addMember',
  'family.changeMember',
  'family.reportHealth',
  'audit.read',
  'channels.listAll',
];

const subjectFor = (role: Role, about: Subject = {}): Subject => ({
  leadId: 'lead',
  isFamilyMember: members.includes(role),
  ...about,
});

/** What somebody may do in the family, and what is theirs alone: their channels, and what lies in their vaults. */
function rightsOf(role: Role): ReadonlySet<string> {
  const allowed = actions.filter((action) => may(actors[role], action, subjectFor(role)));
  const own = role === 'untouched' ? [] : [`all that is of ${role}`];
  // The database is the owner's.
  return new Set([...allowed, ...(role === 'owner' ? roles.map((one) => `all that is of ${one}`) : own)]);
}

/** Whoever has the key of somebody is that one; whoever is made lead has what the lead has. */
const gifts = [
  ...roles.map((to) => ({
    what: `a key of ${to}`,
    gives: to,
    may: (by: Role) => {
      const isUntouched = to === 'untouched';
      const leadId = members.includes(to) ? 'lead' : undefined;
      return may(actors[by], 'keys.create', { isUntouched, ...(leadId !== undefined && { leadId }) });
    },
  })),
  { what: 'the lead', gives: 'lead', may: (by: Role) => may(actors[by], 'family.appoint', subjectFor(by)) },
  { what: 'a new member', gives: 'untouched', may: (by: Role) => may(actors[by], 'family.addMember', subjectFor(by)) },
  {
    what: 'somebody who was there',
    gives: 'adopted',
    may: (by: Role) => may(actors[by], 'family.adopt', subjectFor(by)),
  },
] as const satisfies readonly { what: string; gives: Role; may: (by: Role) => boolean }[];

describe('H1, H4: nobody gives more than they have', () => {
  it('whoever gives what', () => {
    const given = roles.flatMap((by) => gifts.filter((gift) => gift.may(by)).map((gift) => ({ by, gift })));
    for (const { by, gift } of given) {
      expect({
        by,
        gives: gift.what,
        beyond: [...rightsOf(gift.gives)].filter((right) => !rightsOf(by).has(right)),
      }).toEqual({
        by,
        gives: gift.what,
        beyond: [],
      });
    }
    expect(given.map(({ by, gift }) => `${by}: ${gift.what}`)).toEqual([
      ...gifts.map(({ what }) => `owner: ${what}`),
      'lead: a key of untouched',
      'lead: a new member',
    ]);
  });

  it('H4: leading one family is nothing in another, nor anywhere else', () => {
    const elsewhere: Subject = { leadId: 'another', isFamilyMember: false };
    for (const action of actions) {
      const asLead = may(actors.lead, action, elsewhere);
      expect([action, asLead]).toEqual([action, may(actors.outsider, action, elsewhere)]);
    }
  });
});
