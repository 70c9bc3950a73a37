/** Several agents on one host, made and kept at the same moments. Their gateways are fakes, the processes are not. */

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@perdure/testing';
import { installFakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FamilyHost } from './family-host.ts';

let host: FamilyHost;
let folder: string;
let familyId: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-fake-'));
  host = await FamilyHost.start(installFakeOpenclaw(folder).bin);
  await host.perdure('family', 'init', 'main');
  familyId = (await host.system.client.listFamilies({ query: {} })).data[0]?.id ?? '';
}, 180_000);
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const add = async (handle: string) => {
  const body = { handle, model: 'demo/demo', credential: 'unneeded', service: 'supervisor' } as const;
  return (await host.system.client.addFamilyMember({ params: { familyId }, body })).data;
};
const isReady = async (handle: string): Promise<boolean> => {
  const { status, readiness, problem = '', principalId, run } = await host.status(handle);
  if (status === 'failed' && run?.isOver === true) {
    // Another test of this machine was faster: that is told, with what to do.
    if (!problem.includes('provision')) throw new Error(`${handle} failed: ${problem}`);
    await host.system.client.orderGateway({ params: { familyId, principalId, order: 'provision' }, body: {} });
  }
  return status === 'ready' && readiness === 'ready';
};
const ready = async (handle: string): Promise<void> =>
  void (await until(async () => await isReady(handle), { withinMs: 60_000, what: `${handle} is ready`, everyMs: 100 }));
const connected = async (): Promise<number> =>
  (await host.system.client.listFamilyMembers({ params: { familyId } })).data.filter(({ isConnected }) => isConnected)
    .length;
const remove = async (handle: string): Promise<void> => {
  const { principalId } = await host.status(handle);
  await host.system.client.orderGateway({ params: { familyId, principalId, order: 'deprovision' }, body: {} });
};

test('five that run are all taken up by a new perdure, and none is started again', { timeout: 300_000 }, async () => {
  const handles = ['ash', 'birch', 'cedar', 'dogwood', 'elm'];
  await Promise.all(handles.map(add));
  await Promise.all(handles.map(ready));
  const pids = await Promise.all(handles.map((handle) => host.pidOf(handle)));
  expect(new Set(pids).size).toBe(5);
  for (const end of ['SIGTERM', 'SIGKILL'] as const) {
    if (end === 'SIGTERM') await host.end();
    else host.system.kill('all');
    await host.system.up();
    await Promise.all(handles.map(ready));
    expect(await Promise.all(handles.map((handle) => host.pidOf(handle)))).toEqual(pids);
  }
  const restarts = await Promise.all(handles.map(async (handle) => (await host.status(handle)).process.restarts));
  expect(restarts).toEqual([0, 0, 0, 0, 0]);
  // Each is at the hub again, with the key that it had.
  await until(async () => (await connected()) === 5, { withinMs: 30_000, what: 'all are at the hub', everyMs: 100 });
  await Promise.all(handles.map(remove));
  await until(() => host.processes().length === 0, { withinMs: 60_000, what: 'all are gone', everyMs: 100 });
});

test(
  'two that are ordered at the same moment have ports and homes of their own, each time',
  { timeout: 240_000 },
  async () => {
    for (let round = 0; round < rounds; round += 1) {
      const handles = [`left-${round}`, `right-${round}`];
      await Promise.all(handles.map(add));
      await Promise.all(handles.map(ready));
      const seen = await Promise.all(handles.map((handle) => host.status(handle)));
      const [left = 0, right = 0] = seen.map(({ port }) => port);
      expect(Math.abs(left - right)).toBeGreaterThanOrEqual(120);
      expect(new Set(seen.map(({ home }) => home)).size).toBe(2);
      for (const { home } of seen) expect(existsSync(join(home, 'openclaw.json'))).toBe(true);
      await Promise.all(handles.map(remove));
      await until(() => host.processes().length === 0, { withinMs: 60_000, what: 'both are gone', everyMs: 100 });
    }
  },
);

test('handles that differ in case only are no two agents, and one in capitals is refused with what to write', async () => {
  const { principalId } = await add('oak');
  await expect(add('Oak')).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('lower') });
  expect((await add('oak')).principalId).toBe(principalId);
  await ready('oak');
});

/** Twenty were tried; each takes some seconds. */
const rounds = Number(process.env['PERDURE_TEST_ROUNDS'] ?? 3);
