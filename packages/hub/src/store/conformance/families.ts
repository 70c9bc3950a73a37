/** Families, and how their members are. */

import { maxResources, type Principal } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { openFamilyWorld } from './family-world.ts';
import { codeOf, taken, type OpenHubStore } from './world.ts';

export function familiesAreKept(open: OpenHubStore): void {
  describe('families', () => {
    it('H4: are made by the owner alone, who alone gives them a name and a lead', async () => {
      const { store, owner, ada, lead, outsider, familyId, familyOf } = await openFamilyWorld(open);
      for (const by of [ada, lead, outsider]) {
        expect(codeOf(await store.families.create(by, familyOf({ name: 'Mine' })))).toBe('forbidden');
      }
      expect(codeOf(await store.families.create(owner, familyOf()))).toBe('conflict');
      expect(codeOf(await store.families.create(owner, familyOf({ name: 'x', leadId: ada.id })))).toBe('invalid_input');
      expect(codeOf(await store.families.create(owner, familyOf({ name: 'x', leadId: 'nobody' })))).toBe('not_found');
      const change = async (by: Principal, more: object) =>
        codeOf(await store.families.change(by, { familyId, now: 5, ...more }));
      expect(await change(lead, { leadId: outsider.id })).toBe('forbidden');
      expect(await change(lead, { name: 'Mine' })).toBe('forbidden');
      expect(await change(lead, { conventions: 'Be kind.' })).toBe('family');
      expect(await change(ada, { conventions: 'Be quick.' })).toBe('forbidden');
      expect(await change(outsider, { conventions: 'Be quick.' })).toBe('not_found');
      expect(await change(owner, { leadId: null })).toBe('family');
      expect(await change(lead, { conventions: 'Be mine.' })).toBe('not_found');
      expect(await store.families.get(owner, familyId)).toMatchObject({
        family: { conventions: 'Be kind.', updatedAt: 5 },
      });
    });

    it('H2: are listed to people, to their lead and to who is in them', async () => {
      const { store, owner, ada, ben, lead, outsider, familyId, make } = await openFamilyWorld(open);
      const { principal } = await make('sam');
      const idsOf = async (by: Principal, isAll: boolean) =>
        (await store.families.list(by, { limit: 10, isAll })).data.map(({ family }) => family.id);
      expect(await idsOf(ada, true)).toEqual([familyId]);
      for (const by of [lead, principal]) expect(await idsOf(by, false)).toEqual([familyId]);
      for (const by of [outsider, ben, owner]) expect(await idsOf(by, false)).toEqual([]);
      expect(await store.families.of(lead.id)).toEqual([{ id: familyId, name: 'Main', isLead: true }]);
      expect(await store.families.of(principal.id)).toEqual([
        { id: familyId, name: 'Main', isLead: false, status: 'pending' },
      ]);
      expect([...(await store.families.concerned(familyId))].toSorted()).toEqual(
        [owner.id, lead.id, principal.id].toSorted(),
      );
      expect([...(await store.families.carers(familyId))].toSorted()).toEqual([owner.id, lead.id].toSorted());
    });

    it('keep the resources that a change does not name, and no more than there may be', async () => {
      const { store, lead, familyId } = await openFamilyWorld(open);
      const set = async (resources: readonly { readonly name: string; readonly value: string | null }[]) =>
        await store.families.change(lead, { familyId, resources, now: 5 });
      taken(
        await set([
          { name: 'wiki', value: 'http://wiki' },
          { name: '__proto__', value: 'odd' },
        ]),
      );
      taken(
        await set([
          { name: 'printer', value: 'second floor' },
          { name: '__proto__', value: null },
        ]),
      );
      const { seen } = taken(await set([{ name: 'wiki', value: 'http://other' }]));
      expect(seen.family.resources).toEqual([
        { name: 'printer', value: 'second floor' },
        { name: 'wiki', value: 'http://other' },
      ]);
      const many = Array.from({ length: maxResources - 1 }, (_one, at) => ({ name: `r${at}`, value: 'x' }));
      expect(codeOf(await set(many))).toBe('invalid_input');
    });

    it('keep the newest hundred snapshots of their health, of members alone, with who has a socket', async () => {
      const { store, lead, ada, outsider, familyId, make } = await openFamilyWorld(open);
      const { principal } = await make('sam');
      const down = await make('tom');
      const members = [
        { handle: 'sam', gateway: 'up', httpStatus: 200, latencyMs: 3.5, sesame: 'connected' },
        { principalId: down.principal.id, handle: 'whoever', gateway: 'down' },
        { principalId: outsider.id, gateway: 'up' },
        { handle: 'nobody', gateway: 'up' },
        { gateway: 'up' },
      ] as const;
      const isConnected = (id: string): boolean => id === principal.id;
      const report = { familyId, takenAt: 7, host: 'box', members, isConnected, now: 8 };
      expect(codeOf(await store.families.reportHealth(ada, report))).toBe('forbidden');
      expect(codeOf(await store.families.reportHealth(outsider, report))).toBe('not_found');
      await Promise.all(Array.from({ length: 103 }, () => store.families.reportHealth(lead, report)));
      const { data, next } = await store.families.health(familyId, { limit: 60 });
      expect(data[0]).toEqual({
        familyId,
        seq: 103,
        takenAt: 7,
        receivedAt: 8,
        reportedBy: lead.id,
        host: 'box',
        members: [
          {
            principalId: principal.id,
            handle: 'sam',
            socket: 'connected',
            gateway: 'up',
            httpStatus: 200,
            latencyMs: 3.5,
            sesame: 'connected',
          },
          { principalId: down.principal.id, handle: 'tom', socket: 'away', gateway: 'down' },
        ],
      });
      const rest = await store.families.health(familyId, { limit: 60, cursor: next });
      expect([data.length + rest.data.length, rest.data.at(-1)?.seq, rest.next]).toEqual([100, 4, undefined]);
    });
  });
}
