/** Two servers that make a gateway each at the same moment. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayProgram } from '@perdure/fleet/openclaw';
import { until } from '@perdure/testing';
import { describe, expect, it } from 'vitest';
import { busyAmong } from '../../src/host/busy-ports.ts';
import { openPlace, openServer, reserve, runIdOf } from './small-server.ts';

/** More are made where somebody wants to know: each pair takes seconds. */
const pairs = Number(process.env['PERDURE_TEST_PAIRS'] ?? 2);

describe('two gateways that are made at the same moment by two servers', () => {
  it.each(Array.from({ length: pairs }, (_one, at) => at))(
    'have all of their own, and leave nothing (%i)',
    { timeout: 300_000 },
    async () => {
      const place = openPlace();
      const handles = ['scout', 'ranger'];
      const servers = await Promise.all(
        handles.map(async (handle) => ({ handle, ...(await openServer(place, handle)) })),
      );
      const records = await Promise.all(servers.map(async ({ store, handle }) => await reserve(store, handle, place)));
      const [one, other] = records.map(({ port }) => port) as [number, number];
      expect(Math.abs(one - other)).toBeGreaterThan(110);
      expect(await Promise.all(servers.map(async ({ work }) => await work('provision-agent')))).toEqual([
        'done',
        'done',
      ]);
      expect(readdirSync(place.accountHome).toSorted()).toEqual(['.openclaw-ranger', '.openclaw-scout']);
      const program = gatewayProgram(place.openclaw, { accountHome: place.accountHome });
      const areReady = async () =>
        (await Promise.all(records.map(({ port }) => program.readiness(port)))).every((each) => each === 'ready');
      await until(areReady, { what: 'both answer on their ports' });
      for (const { store, handle } of servers) {
        const principalId = `p-${handle}`;
        expect(await store.get(principalId)).toMatchObject({ status: 'ready', wanted: 'up' });
        await store.move(principalId, {
          action: 'remove',
          runId: runIdOf(handle, 'deprovision-agent'),
          now: Date.now(),
        });
      }
      expect(await Promise.all(servers.map(async ({ work }) => await work('deprovision-agent')))).toEqual([
        'done',
        'done',
      ]);
      expect(readdirSync(place.accountHome)).toEqual([]);
      expect(readdirSync(join(place.folder, 'archives'))).toHaveLength(2);
      expect(await Promise.all(records.map(({ port }) => program.readiness(port)))).toEqual(['away', 'away']);
      expect(await busyAmong([one, other])).toEqual([]);
    },
  );
});
