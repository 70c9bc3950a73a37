/** Repairs and changes of gateways over HTTP: told first, refused before anything is touched, and one run each. */

import type { FamilyGateway, FamilyMember, GatewayRepair, VaultItem } from '@perdure/contract';
import { tend } from '@perdure/fleet/control';
import { expect, test } from 'vitest';
import { createHostFamily } from './host-family.ts';

async function createChangeWorld() {
  const world = await createHostFamily();
  const { owner, smallHost, path } = world;
  const ready = async (handle: string, more: object = {}) => {
    const body = { handle, model: 'demo/chat', credential: 'unneeded', ...more };
    const made = (await owner('POST', `${path}/members`, { json: body })).body.data as FamilyMember;
    await smallHost.deps.store.move(made.principalId, { action: 'complete', now: 1 });
    smallHost.host.states.set(handle, { kind: 'stopped' });
    return made;
  };
  const at = ({ principalId }: FamilyMember) => `${path}/members/${principalId}/gateway`;
  const plan = async (member: FamilyMember, query = '') => await owner('GET', `${at(member)}/repair${query}`);
  const order = async (member: FamilyMember, word: string, body: object = {}) =>
    await owner('POST', `${at(member)}/${word}`, { json: body });
  const share = async (name: string, item: string) => {
    const vault = (await owner('POST', '/api/v1/vault/vaults', { json: { name } })).body.data as { id: string };
    const fields = [{ key: 'key', value: 'gsk' }];
    await owner('POST', `/api/v1/vault/vaults/${vault.id}/items`, { json: { name: item, fields } });
    return vault;
  };
  return { ...world, ...smallHost, path, ready, at, plan, order, share };
}

const difference = { at: 'extensions/sesame', found: 'missing', becomes: 'made anew' };

test('a repair is planned first, and begins one run by the plan that was agreed to', async () => {
  const { ready, plan, order, host, harness } = await createChangeWorld();
  const scout = await ready('scout');
  host.differences = [difference];
  const told = (await plan(scout)).body.data as GatewayRepair;
  expect(told).toMatchObject({ differences: [difference], problems: [] });
  const stale = await order(scout, 'repair', { planHash: 'f'.repeat(64) });
  expect([stale.status, stale.body.error]).toEqual([409, expect.stringContaining('look at the plan again')]);
  const first = (await order(scout, 'repair', { planHash: told.hash })).body.data as FamilyGateway;
  expect(first).toMatchObject({ status: 'changing', change: { kind: 'settings' } });
  const run = await harness.json('GET', `/api/v1/runs/${first.run?.id}`);
  expect(run.body.data).toMatchObject({ pipeline: 'change-agent', input: { principalId: scout.principalId } });
  expect((await order(scout, 'repair')).status).toBe(409);
});

test('where nothing differs a repair begins nothing, and what OpenClaw does not take is told', async () => {
  const { ready, plan, order, host } = await createChangeWorld();
  const scout = await ready('scout');
  const before = (await order(scout, 'repair')).body.data as FamilyGateway;
  expect(before.status).toBe('ready');
  host.settingsProblems = ['Unrecognized key: "x"'];
  expect((await plan(scout)).body.data).toMatchObject({ differences: [], problems: ['Unrecognized key: "x"'] });
  expect((await plan(scout, '?fresh=maybe')).status).toBe(400);
});

test('a service that is not installed any more is a difference', async () => {
  const { ready, plan, host } = await createChangeWorld();
  const scout = await ready('scout');
  host.states.delete('scout');
  expect(((await plan(scout)).body.data as GatewayRepair).differences).toEqual([
    { at: 'its service', found: 'not installed', becomes: 'installed' },
  ]);
});

test('another model takes the key that its family shares, or is refused before anything is touched', async () => {
  const { ready, order, share, deps } = await createChangeWorld();
  const scout = await ready('scout');
  const none = await order(scout, 'change', { model: 'groq/x' });
  expect([none.status, none.body.error]).toEqual([409, expect.stringContaining('no key of groq for scout')]);
  const vault = await share('family-Main', 'groq');
  const changing = (await order(scout, 'change', { model: 'groq/x' })).body.data as FamilyGateway;
  // What it has until the run changes it.
  expect(changing).toMatchObject({ status: 'changing', model: 'demo/chat', credential: { kind: 'unneeded' } });
  const { change } = (await deps.store.get(scout.principalId)) ?? {};
  expect(change?.to).toEqual({
    model: 'groq/x',
    credential: { kind: 'vault', reference: expect.stringContaining(`${vault.id}/`) },
  });
});

test('a key that is sent lies beside the one of before, which is given again where the change is put back', async () => {
  const { ready, order, owner, deps, harness } = await createChangeWorld();
  const scout = await ready('scout', { credential: null, model: 'groq/x', llmApiKey: 'gsk-very-secret-1' });
  const before = await deps.store.get(scout.principalId);
  await order(scout, 'change', { llmApiKey: 'gsk-very-secret-2' });
  const after = await deps.store.get(scout.principalId);
  expect(after?.credential).toEqual(before?.credential);
  expect(Object.keys(after?.change?.to ?? {})).toEqual(['credential']);
  const vaultId = before?.credential.kind === 'vault' ? (before.credential.reference.split('/')[0] ?? '') : '';
  const items = (await owner('GET', `/api/v1/vault/vaults/${vaultId}/items`)).body.data as VaultItem[];
  expect(items.map(({ name, version }) => `${name} ${version}`).toSorted()).toEqual(['groq 1', 'groq-2 1']);
  const kept = ['runs', 'gateways'].flatMap((table) => harness.database.sqlite.prepare(`SELECT * FROM ${table}`).all());
  expect(JSON.stringify(kept)).not.toContain('gsk-very-secret');
});

test('a port is taken where it and those behind it are free or its own, and nothing is changed by what it has', async () => {
  const { ready, order, host } = await createChangeWorld();
  const scout = await ready('scout', { gatewayPort: 20_000 });
  await ready('ranger', { gatewayPort: 21_000 });
  host.facts = { ...host.facts, bases: [20_000, 21_000], busyPorts: new Set([20_002, 22_012]) };
  for (const [port, why] of [
    [21_050, /within 110 of the gateway on 21000/],
    [22_000, /port 22012, .* is in use/],
    [80, /from 1024/],
  ] as const) {
    const refused = await order(scout, 'change', { gatewayPort: port });
    expect([refused.status, refused.body.error]).toEqual([409, expect.stringMatching(why)]);
  }
  expect((await order(scout, 'change', { gatewayPort: 20_000, model: 'demo/chat' })).body.data).toMatchObject({
    status: 'ready',
  });
  expect((await order(scout, 'change', { gatewayPort: 20_060 })).body.data).toMatchObject({ status: 'changing' });
});

test('a key is read again at once, and of a gateway that has none that is told', async () => {
  const { ready, order, host } = await createChangeWorld();
  const scout = await ready('scout');
  expect((await order(scout, 'refresh')).status).toBe(202);
  host.refreshed = 'none';
  const refused = await order(scout, 'refresh');
  expect([refused.status, refused.body.error]).toEqual([
    409,
    expect.stringContaining('No key of scout lies in a vault'),
  ]);
});

test('a word that is no model is refused', async () => {
  const { ready, order } = await createChangeWorld();
  const refused = await order(await ready('scout'), 'change', { model: 'claude' });
  expect([refused.status, refused.body.code]).toEqual([400, 'invalid_input']);
});

test('a reference is given by who may be given it themselves, also to another model', async () => {
  const { ready, share, at, lead } = await createChangeWorld();
  const scout = await ready('scout');
  await share('private', 'anthropic');
  const json = { model: 'anthropic/x', credential: 'private/anthropic/key' };
  const refused = await lead.json('POST', `${at(scout)}/change`, { json });
  expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
});

const failedRun = async () => ({ status: 'failed', isOver: true, done: [] });

test('a run that ended and left its gateway as it was is told, and leaves a way on', async () => {
  const { ready, order, deps, operator, host } = await createChangeWorld();
  const scout = await ready('scout');
  host.differences = [difference];
  await order(scout, 'repair');
  const over = { status: 'failed', isOver: true, done: [], problem: 'the hub was away' };
  const tended = async (run: typeof over | { readonly status: string; readonly isOver: boolean; readonly done: [] }) =>
    (await tend({ ...deps, runs: { ...deps.runs, look: async () => run } }, operator)).settled;
  expect(await tended({ status: 'undoing', isOver: false, done: [] })).toBe(0);
  expect([await tended(over), await tended(over)]).toEqual([1, 0]);
  expect(await deps.store.get(scout.principalId)).toMatchObject({
    status: 'ready',
    problem: expect.stringMatching(/is failed, .*the hub was away.*family repair scout/),
  });
  await order(scout, 'deprovision');
  expect([await tended(over), (await deps.store.get(scout.principalId))?.status]).toEqual([1, 'ready']);
  expect((await order(scout, 'deprovision')).status).toBe(202);
});

test('a provisioning that could not be taken back can be given again, or taken away', async () => {
  const { owner, path, deps, operator, order } = await createChangeWorld();
  const json = { handle: 'scout', model: 'demo/chat', credential: 'unneeded' };
  const scout = (await owner('POST', `${path}/members`, { json })).body.data as FamilyMember;
  expect((await tend({ ...deps, runs: { ...deps.runs, look: failedRun } }, operator)).settled).toBe(1);
  expect((await order(scout, 'provision')).body.data).toMatchObject({ status: 'provisioning' });
  // One that ends well between two looks is left as it is.
  const ending = async () => {
    await deps.store.move(scout.principalId, { action: 'complete', now: 1 });
    return await failedRun();
  };
  expect((await tend({ ...deps, runs: { ...deps.runs, look: ending } }, operator)).settled).toBe(0);
  expect((await deps.store.get(scout.principalId))?.status).toBe('ready');
});
