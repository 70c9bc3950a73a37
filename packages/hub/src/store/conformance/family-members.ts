/** Who is in a family. */

import { auditActions, memberMoves, memberStatuses, type Principal } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { openFamilyWorld, type FamilyWorld } from './family-world.ts';
import { codeOf, taken, type OpenHubStore } from './world.ts';

const rolesIn = ({ owner, ada, lead, outsider }: FamilyWorld, member: Principal) =>
  Object.entries({ owner, person: ada, lead, member, outsider });

export function familyMembersAreMade(open: OpenHubStore): void {
  describe('members of families', () => {
    it('H3: are made with a key and two channels, and all of that is written down', async () => {
      const world = await openFamilyWorld(open);
      const { store, owner, lead, familyId, make, keys } = world;
      const before = (await store.audit.list({ limit: 1 })).data[0]?.seq ?? 0;
      const member = await make('sam', {
        displayName: 'Sam',
        metadata: { personalitySeed: 'kind' },
        gatewayPort: 18_910,
      });
      const { principal, dmChannelId = '', onboardingChannelId = '' } = member;
      expect(member).toMatchObject({ status: 'pending', isAdopted: false, gatewayPort: 18_910 });
      expect(principal).toMatchObject({ handle: 'sam', displayName: 'Sam', kind: 'agent', workspaceId: 'w' });
      expect(await store.keys.list(principal.id)).toMatchObject([{ id: keys.get('sam'), label: 'family' }]);
      expect([...(await store.channels.memberIds(dmChannelId))].toSorted()).toEqual(
        [owner.id, principal.id].toSorted(),
      );
      expect([...(await store.channels.memberIds(onboardingChannelId))].toSorted()).toEqual(
        [owner.id, lead.id, principal.id].toSorted(),
      );
      taken(await world.say(lead, principal.id, { status: 'online' }));
      taken(await store.families.change(lead, { familyId, conventions: 'x', now: 9 }));
      const { data } = await store.audit.list({ limit: 100 });
      const done = data.filter(({ seq }) => seq > before).toReversed();
      expect(done.map(({ action }) => action)).toEqual([
        'family.member_added',
        'principal.created',
        'key.created',
        'channel.created',
        'channel.member_added',
        'channel.member_added',
        'channel.created',
        'channel.member_added',
        'channel.member_added',
        'channel.member_added',
        'family.member_changed',
        'family.changed',
      ]);
      expect(done.every(({ actorId }) => actorId === lead.id)).toBe(true);
      const families = auditActions.filter((action) => action.startsWith('family.'));
      const seen = new Set(data.map(({ action }) => action));
      expect(families.filter((action) => !seen.has(action))).toEqual([]);
    });

    it('are met by whoever leads their family later, and by nobody twice', async () => {
      const { store, owner, ada, lead, outsider, familyId, make, say, add } = await openFamilyWorld(open);
      const [sam, tom, gone] = [await make('sam'), await make('tom'), await make('gone')];
      taken(await say(lead, gone.principal.id, { status: 'deprovisioned' }));
      taken(await add(owner, { adoptedId: outsider.id }));
      const before = (await store.audit.list({ limit: 1 })).data[0]?.seq ?? 0;
      const appoint = async (leadId: string | null) =>
        taken(await store.families.change(owner, { familyId, leadId, now: 9 }));
      await appoint(outsider.id);
      await appoint(outsider.id);
      const inChannelOf = async ({ onboardingChannelId = '' }: typeof sam) =>
        (await store.channels.memberIds(onboardingChannelId)).includes(outsider.id);
      expect([await inChannelOf(sam), await inChannelOf(tom), await inChannelOf(gone)]).toEqual([true, true, false]);
      const { data } = await store.audit.list({ limit: 9 });
      expect(data.filter(({ seq, action }) => seq > before && action === 'channel.member_added')).toHaveLength(2);
      await appoint(null);
      expect(await inChannelOf(sam)).toBe(true);
      expect((await store.channels.memberIds(sam.onboardingChannelId ?? '')).includes(ada.id)).toBe(false);
    });

    it('are made as a whole or not at all', async () => {
      const { store, lead, owner, familyId, memberOf, make } = await openFamilyWorld(open);
      const { onboardingChannelId = '' } = await make('sam');
      const count = async () => [
        (await store.principals.list({ limit: 100 })).data.length,
        (await store.channels.list(owner, { limit: 100, isAll: true })).data.length,
        (await store.families.members(familyId, { limit: 100 })).data.length,
        (await store.audit.list({ limit: 1 })).data[0]?.seq,
      ];
      const before = await count();
      const made = memberOf({ handle: 'tom' });
      // The last thing that is written before the membership is there already.
      const clash = { ...made, ids: { ...made.ids, onboardingChannelId } };
      await expect(store.families.addMember(lead, clash)).rejects.toThrow();
      expect(await count()).toEqual(before);
      expect(await store.keys.list(made.ids.principalId)).toEqual([]);
      taken(await store.families.addMember(lead, made));
    });

    it('are one for a handle and for a key of the client, also where twenty ask at once', async () => {
      const { store, another, lead, owner, outsider, familyId, add, memberOf } = await openFamilyWorld(open);
      const other = await another();
      const all = await Promise.all(
        Array.from({ length: 20 }, async (_one, at) =>
          taken(
            await (at % 2 === 0 ? store : other).families.addMember(
              lead,
              memberOf({ handle: 'sam', clientKey: 'once' }),
            ),
          ),
        ),
      );
      expect(all.filter(({ kind }) => kind === 'added')).toHaveLength(1);
      expect(new Set(all.map(({ member }) => member.principal.id)).size).toBe(1);
      const [one] = all;
      for (const more of [
        { handle: 'sam' },
        { handle: 'other', clientKey: 'once' },
        { handle: 'sam', clientKey: 'two' },
      ]) {
        expect(await add(lead, more)).toMatchObject({ kind: 'found', member: one?.member });
      }
      expect(codeOf(await add(lead, { handle: 'stranger' }))).toBe('conflict');
      expect(codeOf(await add(lead, {}))).toBe('invalid_input');
      expect(codeOf(await add(outsider, { handle: 'tom' }))).toBe('not_found');
      expect(codeOf(await add(owner, { familyId: 'none', handle: 'tom' }))).toBe('not_found');
      expect((await store.families.members(familyId, { limit: 10 })).data).toHaveLength(1);
    });

    it('H4: are taken in by the owner alone where they were there before, and are in one family', async () => {
      const { store, owner, ada, lead, outsider, familyOf, add } = await openFamilyWorld(open);
      expect(codeOf(await add(lead, { adoptedId: outsider.id }))).toBe('forbidden');
      expect(codeOf(await add(owner, { adoptedId: ada.id }))).toBe('invalid_input');
      expect(codeOf(await add(owner, { adoptedId: 'nobody' }))).toBe('not_found');
      const adopted = taken(await add(owner, { adoptedId: outsider.id }));
      expect(adopted).toMatchObject({ kind: 'added', isNew: false, member: { isAdopted: true, principal: outsider } });
      expect(await store.keys.list(outsider.id)).toEqual([]);
      expect(codeOf(await add(owner, { adoptedId: outsider.id }))).toBe('found');
      const second = familyOf({ name: 'Second' });
      taken(await store.families.create(owner, second));
      expect(codeOf(await add(owner, { familyId: second.id, adoptedId: outsider.id }))).toBe('conflict');
    });

    it('go from any status to any other, tried over all pairs, and out of deprovisioned to none', async () => {
      const { lead, make, say } = await openFamilyWorld(open);
      const answers: string[] = [];
      for (const from of memberStatuses) {
        for (const to of memberStatuses) {
          const { principal } = await make(`m-${from}-${to}`);
          taken(await say(lead, principal.id, { status: from }));
          const outcome = await say(lead, principal.id, { status: to });
          answers.push(`${from} ${to} ${codeOf(outcome)}`);
        }
      }
      const expected = memberStatuses.flatMap((from) =>
        memberStatuses.map((to) => {
          const moves: readonly string[] = memberMoves[from];
          return `${from} ${to} ${from === to ? 'same' : moves.includes(to) ? 'changed' : 'conflict'}`;
        }),
      );
      expect(answers).toEqual(expected);
      expect(answers.filter((answer) => answer.endsWith('conflict'))).toHaveLength(6);
    });

    it('are said to be so by the lead and the owner; another agent is told the same of every family', async () => {
      const world = await openFamilyWorld(open);
      const { store, say, make } = world;
      const { principal } = await make('sam');
      const answers: Record<string, string> = {};
      for (const [role, by] of rolesIn(world, principal)) {
        const outcome = await say(by, principal.id, { status: 'online' });
        const change = { familyId: 'none', principalId: principal.id, status: 'online', now: 9 } as const;
        answers[role] = `${codeOf(outcome)} ${codeOf(await store.families.changeMember(by, change))}`;
      }
      expect(answers).toEqual({
        owner: 'changed not_found',
        person: 'forbidden not_found',
        lead: 'same forbidden',
        member: 'forbidden forbidden',
        outsider: 'forbidden forbidden',
      });
    });

    it('keep the metadata that a change does not name, and drop what it says null of', async () => {
      const { lead, make, say } = await openFamilyWorld(open);
      const { principal } = await make('sam', { metadata: { personalitySeed: 'kind', deep: { a: [1] } } });
      const odd = JSON.parse('{"__proto__":{"x":1},"deep":null,"model":"m"}') as object;
      const { member } = taken(await say(lead, principal.id, { metadata: odd }));
      expect(JSON.stringify(member.metadata)).toBe('{"personalitySeed":"kind","__proto__":{"x":1},"model":"m"}');
      expect(codeOf(await say(lead, principal.id, { metadata: { big: 'x'.repeat(40_000) } }))).toBe('invalid_input');
    });

    it('H5: lose all their keys where they are deprovisioned, and are given none again', async () => {
      const { store, owner, lead, make, say, keys, newId, add } = await openFamilyWorld(open);
      const { principal } = await make('sam');
      const second = { id: newId(), principalId: principal.id, label: 'k', hint: 'sk', hash: 'b'.repeat(64), now: 6 };
      taken(await store.keys.create(owner, second));
      const outcome = taken(await say(lead, principal.id, { status: 'deprovisioned' }));
      expect(new Set(outcome.revoked)).toEqual(new Set([keys.get('sam'), second.id]));
      expect((await store.keys.list(principal.id)).map(({ revokedAt }) => revokedAt)).toEqual([9, 9]);
      const third = { ...second, id: newId(), hash: 'c'.repeat(64) };
      expect(codeOf(await store.keys.create(owner, third))).toBe('conflict');
      expect(codeOf(await add(lead, { handle: 'sam' }))).toBe('conflict');
      expect(taken(await say(lead, principal.id, { status: 'deprovisioned' })).revoked).toEqual([]);
    });

    it('H4: are given a key by their lead until they have used one, and only where the family made them', async () => {
      const { store, owner, ada, lead, outsider, make, add, keys, newId } = await openFamilyWorld(open);
      const { principal } = await make('sam');
      taken(await add(owner, { adoptedId: outsider.id }));
      let count = 0;
      const give = async (by: Principal, principalId: string) => {
        count += 1;
        const key = { id: newId(), principalId, label: 'k', hint: 'sk', hash: String(count).padStart(64, '0'), now: 6 };
        return codeOf(await store.keys.create(by, key));
      };
      expect(await give(lead, principal.id)).toBe('created');
      for (const principalId of [outsider.id, lead.id, owner.id, ada.id]) {
        expect(await give(lead, principalId)).toBe('forbidden');
      }
      await store.keys.used(keys.get('sam') ?? '', 8);
      expect(await give(lead, principal.id)).toBe('forbidden');
      expect(await give(owner, principal.id)).toBe('created');
      expect(await give(principal, principal.id)).toBe('forbidden');
      expect(codeOf(await store.keys.revoke(lead, { keyId: keys.get('sam') ?? '', now: 9 }))).toBe('revoked');
      expect(codeOf(await store.keys.revoke(lead, { keyId: 'none', now: 9 }))).toBe('forbidden');
    });
  });
}
