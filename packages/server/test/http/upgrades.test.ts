/** Upgrades of a family over HTTP: planned, ordered once, and seen; nobody names a file to be run but the owner. */

import type { FamilyGateway, FamilyMember, FamilyUpgrade, OrderedFamilyUpgrade } from '@perdure/contract';
import { changeRunId } from '@perdure/fleet';
import { createUpgradeSteps } from '@perdure/fleet/control';
import { expect, test } from 'vitest';
import { createHostFamily } from './host-family.ts';

async function createUpgradeWorld() {
  const world = await createHostFamily();
  const { owner, harness, smallHost, family, path } = world;
  const members = new Map<string, FamilyMember>();
  for (const handle of ['scout', 'ranger']) {
    const asked = { handle, model: 'demo/chat', credential: 'unneeded' };
    const made = (await owner('POST', `${path}/members`, { json: asked })).body.data as FamilyMember;
    await smallHost.deps.store.move(made.principalId, { action: 'complete', now: 1 });
    smallHost.host.states.set(handle, { kind: 'running', process: { pid: 1, startedAt: '1' }, restarts: 0 });
    members.set(handle, made);
  }
  smallHost.host.facts = { ...smallHost.host.facts, openclaw: { path: '/n/openclaw', version: '2026.10.1' } };
  const runs = () => harness.database.sqlite.prepare("SELECT id FROM runs WHERE pipeline = 'upgrade-family'").all();
  const idOf = (handle: string): string => members.get(handle)?.principalId ?? '';
  return { ...world, ...smallHost, path, family, runs, idOf };
}

test('a plan says who is moved to what, in which order, and nothing is recorded', async () => {
  const { owner, path, runs, idOf, lead } = await createUpgradeWorld();
  for (const ask of [owner, lead.json]) {
    const planned = await ask('POST', `${path}/upgrade-plans`, { json: {} });
    expect([planned.status, planned.body.data]).toMatchObject([
      200,
      {
        version: '2026.10.1',
        members: [
          { handle: 'ranger', principalId: idOf('ranger'), from: '2026.9.6', role: 'canary' },
          { handle: 'scout', role: 'next' },
        ],
        disk: { neededBytes: 150e6, freeBytes: 8e9 },
      },
    ]);
  }
  const named = await owner('POST', `${path}/upgrade-plans`, {
    json: { canary: 'scout', members: ['scout', 'ranger'] },
  });
  expect(named.body.data).toMatchObject({ members: [{ handle: 'scout', role: 'canary' }, { handle: 'ranger' }] });
  const refused = await owner('POST', `${path}/upgrade-plans`, { json: { members: ['nobody'] } });
  expect([refused.status, refused.body.details?.['problems']]).toEqual([
    409,
    ['there is no gateway of "nobody" in this family on this host'],
  ]);
  expect(runs()).toEqual([]);
});

test('the busiest is not the first of them', async () => {
  const { owner, path, idOf } = await createUpgradeWorld();
  await owner('POST', '/api/v1/tasks', { json: { title: 'Look at the bridge', assigneeId: idOf('ranger') } });
  const { body } = await owner('POST', `${path}/upgrade-plans`, { json: {} });
  expect(body.data).toMatchObject({ members: [{ handle: 'scout', role: 'canary' }, { handle: 'ranger' }] });
});

test('an order begins one run, under the plan that was agreed to, and no second while that is at work', async () => {
  const { owner, path, runs, idOf, harness } = await createUpgradeWorld();
  const other = await owner('POST', `${path}/upgrades`, { json: { planHash: 'f'.repeat(64) } });
  expect([other.status, runs()]).toEqual([409, []]);
  const { hash } = (await owner('POST', `${path}/upgrade-plans`, { json: {} })).body.data as OrderedFamilyUpgrade;
  const ordered = await owner('POST', `${path}/upgrades`, { json: { planHash: hash } });
  const { runId = '' } = ordered.body.data as OrderedFamilyUpgrade;
  expect([ordered.status, runs()]).toEqual([202, [{ id: runId }]]);
  const run = await harness.json('GET', `/api/v1/runs/${runId}`);
  expect(run.body.data).toMatchObject({ pipeline: 'upgrade-family', input: { family: 'Main' } });
  const again = await owner('POST', `${path}/upgrades`, { json: {} });
  expect([again.status, again.body.error]).toEqual([409, expect.stringContaining(`by run ${runId}`)]);
  const seen = (await owner('GET', `${path}/upgrades/${runId}`)).body.data as FamilyUpgrade;
  expect(seen).toMatchObject({ id: runId, version: '2026.10.1', isOver: false, members: [{ state: 'waiting' }, {}] });
  expect((await owner('GET', `${path}/upgrades/${changeRunId(runId, idOf('scout'))}`)).status).toBe(404);
});

test('a member is moved as the run says, and by no order that says otherwise', async () => {
  const { owner, path, deps, idOf, harness, lead } = await createUpgradeWorld();
  const told: string[] = [];
  const words = { tell: async (_to: string, { text }: { readonly text: string }) => void told.push(text) };
  const steps = createUpgradeSteps({
    ...deps,
    words,
    pause: async () => await new Promise((resolve) => setImmediate(resolve)),
  });
  const { runId = '' } = (await owner('POST', `${path}/upgrades`, { json: {} })).body.data as OrderedFamilyUpgrade;
  const signal = new AbortController();
  const order = { job: 'upgrade-family', step: 'member', direction: 'do', runId } as const;
  expect(await steps.runStep({ ...order, principalId: 'p-other' }, signal.signal)).toMatchObject({ kind: 'failed' });
  expect(await steps.runStep({ ...order, runId: 'none', principalId: idOf('scout') }, signal.signal)).toMatchObject({
    code: 'not_found',
  });
  const doing = steps.runStep({ ...order, principalId: idOf('ranger') }, signal.signal);
  const changedBy = changeRunId(runId, idOf('ranger'));
  await expect.poll(async () => (await harness.json('GET', `/api/v1/runs/${changedBy}`)).status).toBe(200);
  expect(await deps.store.get(idOf('ranger'))).toMatchObject({
    status: 'changing',
    runId: changedBy,
    change: { kind: 'program', to: { program: { entry: '/o/o.js', version: '2026.10.1' } } },
  });
  const seen = (await lead.json('GET', `${path}/upgrades/${runId}`)).body.data as FamilyUpgrade;
  expect(seen.members.map(({ state }) => state)).toEqual(['changing', 'waiting']);
  signal.abort();
  expect(await doing).toMatchObject({ kind: 'failed', code: 'unavailable' });
  expect(told).toEqual([]);
});

test('the owner alone names a file to be run', async () => {
  const { owner, lead, path } = await createUpgradeWorld();
  const json = { openclaw: '/opt/other/openclaw.mjs' };
  for (const route of ['upgrade-plans', 'upgrades']) {
    expect((await lead.json('POST', `${path}/${route}`, { json })).status).toBe(403);
  }
  expect((await owner('POST', `${path}/upgrade-plans`, { json })).body.data).toMatchObject({ entry: json.openclaw });
});

test('one that is ordered to be upgraded is changed, and one that has it already is left as it is', async () => {
  const { owner, path, idOf, host } = await createUpgradeWorld();
  const gateway = `${path}/members/${idOf('scout')}/gateway`;
  const ordered = (await owner('POST', `${gateway}/upgrade`, { json: {} })).body.data as FamilyGateway;
  expect(ordered).toMatchObject({ status: 'changing', change: { kind: 'program' }, run: { status: 'queued' } });
  host.facts = { ...host.facts, openclaw: { path: '/n/openclaw', version: '2026.9.6' } };
  const other = `${path}/members/${idOf('ranger')}/gateway`;
  expect((await owner('POST', `${other}/upgrade`, { json: {} })).body.data).toMatchObject({ status: 'ready' });
});

test('what lies in the place of what a gateway was made with is told', async () => {
  const { owner, path, idOf, host } = await createUpgradeWorld();
  const seen = async () =>
    ((await owner('GET', `${path}/members/${idOf('scout')}/gateway`)).body.data as FamilyGateway).installed;
  expect(await seen()).toBeUndefined();
  host.behind.set('/o/o.js', '2026.10.1');
  expect(await seen()).toBe('2026.10.1');
});
