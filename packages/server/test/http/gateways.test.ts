/** Gateways over HTTP: ordered once, refused before anything is made, and seen while they are at it. */

import type { FamilyGateway, FamilyMember, GatewayFindings, VaultItem } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import type { FoundGateway, GatewayRecord } from '@perdure/fleet';
import { provision, restore, tend, type ControlDeps } from '@perdure/fleet/control';
import { eventually } from './harness.ts';
import { createHostFamily } from './host-family.ts';

type Made = FamilyMember & { readonly key?: string; readonly gateway?: FamilyGateway };

async function createGatewayWorld() {
  const world = await createHostFamily();
  const { owner, lead, smallHost, family, path } = world;
  const add = async (handle: string, more: object = {}, by: typeof lead.json = owner) =>
    await by('POST', `${path}/members`, { json: { handle, model: 'demo/chat', credential: 'unneeded', ...more } });
  const gatewayOf = ({ principalId }: FamilyMember) => `${path}/members/${principalId}/gateway`;
  /** As the run would leave it. */
  const finish = async (made: Made, action: 'complete' | 'fail') =>
    await smallHost.deps.store.move(made.principalId, { action, now: 1 });
  const ready = async (handle: string) => {
    const made = (await add(handle)).body.data as Made;
    await finish(made, 'complete');
    smallHost.host.states.set(handle, { kind: 'stopped' });
    return made;
  };
  const order = async (made: FamilyMember, word: string, body: object = {}) =>
    await owner('POST', `${gatewayOf(made)}/${word}`, { json: body });
  const seen = async (made: FamilyMember) => (await owner('GET', gatewayOf(made))).body.data as FamilyGateway;
  return {
    ...world,
    ...smallHost,
    states: smallHost.host.states,
    family,
    path,
    add,
    gatewayOf,
    finish,
    ready,
    order,
    seen,
  };
}

async function whole({ store }: ControlDeps, principalId: string): Promise<GatewayRecord> {
  const gateway = await store.get(principalId);
  if (gateway === undefined) throw new Error('There is none.');
  return gateway;
}

describe('a member of a family of this host', () => {
  test('is provisioned by a run as it is made, and the same request again changes nothing', async () => {
    const { add, harness, path, owner } = await createGatewayWorld();
    const made = (await add('scout')).body.data as Made;
    expect(made.gateway).toMatchObject({
      handle: 'scout',
      home: '/home/ada/.openclaw-scout',
      port: 18_910,
      service: 'supervisor',
      status: 'provisioning',
      credential: { kind: 'unneeded' },
      run: { status: 'queued', done: [] },
    });
    const run = await harness.json('GET', `/api/v1/runs/${made.gateway?.run?.id}`);
    expect(run.body.data).toMatchObject({ pipeline: 'provision-agent', input: { principalId: made.principalId } });
    const again = await add('scout');
    expect([again.status, (again.body.data as Made).gateway?.run?.id]).toEqual([200, made.gateway?.run?.id]);
    expect((await owner('GET', `${path}/gateways`)).body.data).toHaveLength(1);
  });

  test('is not made where something is in the way of its gateway, and each thing is told', async () => {
    const { add, host, path, owner, family } = await createGatewayWorld();
    const { openclaw: _none, ...without } = host.facts;
    host.facts = { ...without, freeMemoryBytes: 1 };
    const refused = await add('scout');
    expect(refused.status).toBe(409);
    expect(refused.body.error).toMatch(/memory: .*; openclaw: |openclaw: .*memory: /);
    expect(refused.body.details?.['problems']).toHaveLength(2);
    expect((await owner('GET', `${path}/members`)).body.data).toEqual([]);
    const other = { json: { host: { name: 'elsewhere', os: 'linux', arch: 'x64' } } };
    await owner('PATCH', `/api/v1/families/${family.id}`, other);
    expect(((await add('sam')).body.data as Made).gateway).toBeUndefined();
  });

  test('has the model key that is sent in a vault of its own, and neither record nor run has it', async () => {
    const { add, owner, harness } = await createGatewayWorld();
    const made = (await add('scout', { credential: null, model: 'groq/x', llmApiKey: 'gsk-very-secret' })).body
      .data as Made;
    const [vaultId = '', itemId = '', field] = made.gateway?.credential.reference?.split('/') ?? [];
    const items = (await owner('GET', `/api/v1/vault/vaults/${vaultId}/items`)).body.data as VaultItem[];
    expect(items.map(({ id, name, fieldKeys }) => [id, name, fieldKeys])).toEqual([[itemId, 'groq', [field]]]);
    const kept = ['runs', 'gateways', 'hub_tasks', 'family_members', 'hub_audit'].flatMap((table) =>
      harness.database.sqlite.prepare(`SELECT * FROM ${table}`).all(),
    );
    expect(kept.length).toBeGreaterThan(3);
    expect(JSON.stringify(kept)).not.toContain('gsk-very-secret');
    expect(JSON.stringify(made)).not.toContain('gsk-very-secret');
  });

  test('is given nothing out of a vault by who may not be given it themselves', async () => {
    const { add, owner, lead } = await createGatewayWorld();
    const vault = (await owner('POST', '/api/v1/vault/vaults', { json: { name: 'private' } })).body.data as {
      id: string;
    };
    const fields = [{ key: 'key', value: 'sk-owner' }];
    await owner('POST', `/api/v1/vault/vaults/${vault.id}/items`, { json: { name: 'anthropic', fields } });
    const credential = 'private/anthropic/key';
    const refused = await add('scout', { credential }, lead.json);
    expect(refused.status).not.toBe(201);
    expect(refused.body.code).toBe('conflict');
    const json = { principalId: lead.principal.id, role: 'viewer' };
    await owner('POST', `/api/v1/vault/vaults/${vault.id}/members`, { json });
    expect((await add('scout', { credential }, lead.json)).body.code).toBe('forbidden');
    expect((await add('scout', { credential })).body.data).toMatchObject({
      gateway: { credential: { kind: 'vault' } },
    });
  });

  test('shares the key of its family where it names none, and is told how to have one where there is none', async () => {
    const { add, owner } = await createGatewayWorld();
    const none = await add('scout', { credential: null, model: 'groq/x' });
    expect([none.status, none.body.code]).toEqual([409, 'conflict']);
    expect(none.body.error).toMatch(/--key-stdin/);
    const vault = (await owner('POST', '/api/v1/vault/vaults', { json: { name: 'family-Main' } })).body.data as {
      id: string;
    };
    const json = { name: 'groq', fields: [{ key: 'key', value: 'gsk' }] };
    await owner('POST', `/api/v1/vault/vaults/${vault.id}/items`, { json });
    const made = (await add('scout', { credential: null, model: 'groq/x' })).body.data as Made;
    expect(made.gateway?.credential.reference?.startsWith(`${vault.id}/`)).toBe(true);
  });

  test('is refused under a plan that is another one by now', async () => {
    const { add } = await createGatewayWorld();
    const refused = await add('scout', { planHash: 'f'.repeat(64) });
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
  });

  test('is to take a turn before it is online where that is said, and not where it is not', async () => {
    const { add } = await createGatewayWorld();
    expect((await add('scout', { smoke: true })).body.data).toMatchObject({ gateway: { smoke: true } });
    expect(((await add('ranger', {})).body.data as Made).gateway?.smoke).toBeUndefined();
  });

  test('of two at the same moment each has ports of its own', async () => {
    const { add } = await createGatewayWorld();
    const made = await Promise.all(['a1', 'b2', 'c3'].map(async (handle) => await add(handle)));
    const ports = made.map(({ body }) => (body.data as Made | undefined)?.gateway?.port);
    expect(new Set(ports).size).toBe(3);
    expect(ports).not.toContain(undefined);
  });
});

describe('an order to a gateway', () => {
  test('to provision again after a failure begins another run, as before', async () => {
    const { add, finish, order, seen } = await createGatewayWorld();
    const made = (await add('scout')).body.data as Made;
    await finish(made, 'fail');
    expect((await seen(made)).status).toBe('failed');
    const again = (await order(made, 'provision')).body.data as FamilyGateway;
    expect(again).toMatchObject({ status: 'provisioning', model: 'demo/chat', credential: { kind: 'unneeded' } });
    expect(again.run?.id).not.toBe(made.gateway?.run?.id);
  });

  test('to start, to restart and to stop goes on behind the answer, and the member is told to be so when it is', async () => {
    const { ready, order, seen, operator, owner, path } = await createGatewayWorld();
    const made = await ready('scout');
    const statusOf = async () =>
      ((await owner('GET', `${path}/members/${made.principalId}`)).body.data as FamilyMember).status;
    expect((await order(made, 'start')).status).toBe(202);
    await operator.settled();
    expect([(await seen(made)).process.state, await statusOf()]).toEqual(['running', 'online']);
    await order(made, 'restart');
    await operator.settled();
    expect([(await seen(made)).process.state, await statusOf()]).toEqual(['running', 'online']);
    await order(made, 'stop');
    await operator.settled();
    expect(await seen(made)).toMatchObject({ wanted: 'down', process: { state: 'stopped' } });
    expect(await statusOf()).toBe('stopped');
  });

  test('to stop now ends a stop that waits for work', async () => {
    const { ready, order, seen, host } = await createGatewayWorld();
    const made = await ready('scout');
    host.states.set('scout', { kind: 'running', process: { pid: 1, startedAt: '1' }, restarts: 0 });
    const { promise, resolve: release } = Promise.withResolvers<void>();
    host.before = async (what) => (what === 'stop' ? await promise : undefined);
    await order(made, 'stop');
    await eventually('a stop that waits', async () => (await seen(made)).work === 'stopping');
    await order(made, 'stop', { now: true });
    expect((await seen(made)).process.state).toBe('stopped');
    release();
  });

  test('to stop now, or to deprovision, while a restart waits for work leaves nothing that runs', async () => {
    const { ready, order, seen, host, operator } = await createGatewayWorld();
    for (const [handle, end] of [
      ['scout', async (made: Made) => await order(made, 'stop', { now: true })],
      ['ranger', async (made: Made) => await order(made, 'deprovision')],
    ] as const) {
      const made = await ready(handle);
      host.states.set(handle, { kind: 'running', process: { pid: 1, startedAt: '1' }, restarts: 0 });
      const { promise, resolve: release } = Promise.withResolvers<void>();
      host.before = async (what) => (what === 'stop' ? await promise : undefined);
      await order(made, 'restart');
      await eventually('a restart that waits', async () => (await seen(made)).work === 'restarting');
      await end(made);
      release();
      await operator.settled();
      expect((await seen(made)).process.state).toBe('stopped');
      expect((await seen(made)).problem).toBeUndefined();
    }
  });

  test('that fails behind its answer leaves a sentence, and the member in error', async () => {
    const { ready, order, seen, operator, host, owner, path } = await createGatewayWorld();
    const made = await ready('scout');
    host.before = async () => await Promise.reject(new Error('no room in the table of processes'));
    await order(made, 'start');
    await operator.settled();
    expect((await seen(made)).problem).toMatch(/no room in the table of processes\. `perdure family logs scout`/);
    const member = (await owner('GET', `${path}/members/${made.principalId}`)).body.data as FamilyMember;
    expect(member.status).toBe('error');
  });

  test('that is over while it is looked at is seen as at work, or with what came of it', async () => {
    const { ready, order, seen, operator, host } = await createGatewayWorld();
    const [made, start] = [await ready('scout'), Promise.withResolvers<never>()];
    host.before = async () => await start.promise;
    await order(made, 'start');
    host.readiness = async () => {
      start.reject(new Error('no room in the table of processes'));
      await operator.settled();
      return 'away' as const;
    };
    const looks = [(await seen(made)).work, (await seen(made)).problem];
    expect(looks).toEqual(['starting', expect.stringContaining('no room in the table of processes')]);
  });

  test('to start one that is started again by itself just then takes what that answers for its own', async () => {
    const { ready, order, seen, operator, host } = await createGatewayWorld();
    const made = await ready('scout');
    host.states.set('scout', { kind: 'failed', exitCode: 1, restarts: 1, nextAt: 0 });
    host.readiness = () => {
      host.states.set('scout', { kind: 'running', process: { pid: 4_243, startedAt: '2' }, restarts: 2 });
      return 'ready';
    };
    await order(made, 'start');
    await operator.settled();
    expect((await seen(made)).problem).toBeUndefined();
  });

  test('to start one whose port somebody else has says so, though that one is ready', async () => {
    const { ready, order, seen, operator, host } = await createGatewayWorld();
    const made = await ready('scout');
    host.states.set('scout', { kind: 'stopped' });
    host.readiness = () => 'ready';
    expect(await seen(made)).toMatchObject({ readiness: 'stranger', process: { state: 'stopped' } });
    await order(made, 'start');
    await operator.settled();
    expect((await seen(made)).problem).toMatch(/port \d+ is taken by another program.*another port/);
    expect((await seen(made)).process.state).toBe('stopped');
  });

  test('to deprovision begins one run however often it comes, and no start is taken after it', async () => {
    const { ready, order } = await createGatewayWorld();
    const made = await ready('scout');
    const first = (await order(made, 'deprovision')).body.data as FamilyGateway;
    const second = (await order(made, 'deprovision')).body.data as FamilyGateway;
    expect([first.status, second.run?.id]).toEqual(['removing', first.run?.id]);
    expect((await order(made, 'start')).status).toBe(409);
  });

  test('is not ordered by a task of somebody else: what is told on it, and closes it, is told as the owner', async () => {
    const { ready, gatewayOf, owner, lead, host } = await createGatewayWorld();
    const made = await ready('scout');
    const make = async (by: typeof owner) =>
      ((await by('POST', '/api/v1/tasks', { json: { title: 'Care for scout' } })).body.data as { id: string }).id;
    const [theirs, own] = [await make(owner), await make(lead.json)];
    host.differences = [{ at: 'extensions/sesame', found: 'missing', becomes: 'made anew' }];
    const repair = async (taskId: string) =>
      (await lead.json('POST', `${gatewayOf(made)}/repair`, { json: { taskId } })).status;
    expect([await repair(theirs), await repair('none'), await repair(own)]).toEqual([404, 404, 202]);
  });

  const pairs = ['repair', 'change', 'upgrade', 'deprovision', 'stop', 'start'].flatMap((one, at, all) =>
    all.slice(at).map((other) => [one, other] as const),
  );
  test.each(pairs)(
    'to %s and to %s at the same moment is told of both, and one run alone begins',
    async (one, other) => {
      const { ready, order, host, operator, deps, harness } = await createGatewayWorld();
      const made = await ready('scout');
      host.differences = [{ at: 'extensions/sesame', found: 'missing', becomes: 'made anew' }];
      host.facts = { ...host.facts, openclaw: { path: '/n/openclaw', version: '2026.10.1' } };
      const before = harness.database.sqlite.prepare('SELECT id FROM runs').all().length;
      const asked = (word: string) => order(made, word, word === 'change' ? { model: 'demo/other' } : {});
      const answers = await Promise.all([asked(one), asked(other)]);
      await operator.settled();
      for (const { status, body } of answers) {
        expect([202, 409]).toContain(status);
        if (status === 409) expect(body.error).toMatch(/scout is (?:changing|removing)/);
      }
      const begun = harness.database.sqlite.prepare('SELECT id FROM runs').all().length - before;
      const isByRun = [one, other].some((word) => word !== 'stop' && word !== 'start');
      expect(begun).toBe(isByRun ? 1 : 0);
      const record = await deps.store.get(made.principalId);
      // Whoever was told yes has what they asked for, unless it was what a run takes up.
      if (!isByRun) expect(record?.status).toBe('ready');
      if (record?.status === 'changing') expect(record.wanted).toBe(record.change?.before.wanted);
    },
  );

  test('to restore begins one run, by what it was, and is for one that was deprovisioned', async () => {
    const { add, ready, order, removed, harness } = await createGatewayWorld();
    expect((await order(await ready('ranger'), 'restore')).body.code).toBe('conflict');
    const made = (await add('scout', { gatewayPort: 20_000 })).body.data as Made;
    const archive = await removed(made.principalId);
    const first = (await order(made, 'restore')).body.data as FamilyGateway;
    expect(first).toMatchObject({ status: 'provisioning', restoredFrom: archive, port: 20_000, model: 'demo/chat' });
    const second = (await order(made, 'restore')).body.data as FamilyGateway;
    expect([first.run?.id === made.gateway?.run?.id, second.run?.id]).toEqual([false, first.run?.id]);
    const run = await harness.json('GET', `/api/v1/runs/${first.run?.id}`);
    expect(run.body.data).toMatchObject({ pipeline: 'provision-agent', input: { principalId: made.principalId } });
  });

  test('to restore is refused where another order to make it anew was faster: it would come without what it had', async () => {
    const { add, finish, removed, deps, harness } = await createGatewayWorld();
    const made = (await add('scout')).body.data as Made;
    const archive = await removed(made.principalId);
    const { principalId } = made;
    const asked = { principalId, model: 'demo/chat', credential: { kind: 'unneeded' } } as const;
    const owner = await harness.options.hub.store.principals.ensureOwner({ id: 'none', workspaceId: 'none', now: 0 });
    await deps.store.open({ ...(await whole(deps, principalId)), runId: 'r-1', now: 1 }, 'restore');
    await finish(made, 'fail');
    await deps.store.note(principalId, { facts: { archive, restoredFrom: null }, now: 1 });
    const between = async () => void (await provision(deps, owner, asked));
    const outcome = await restore({ ...deps, checkArchive: between }, owner, asked);
    expect(outcome).toMatchObject({ kind: 'refused', message: expect.stringContaining('being made anew') as string });
    expect(await deps.store.get(principalId)).toMatchObject({ status: 'provisioning' });
  });

  test('to restore out of an archive elsewhere is refused, and nothing is told of what is there', async () => {
    const { add, order, removed } = await createGatewayWorld();
    const made = (await add('scout')).body.data as Made;
    const archive = await removed(made.principalId);
    const told = [archive, '/etc/passwd', '../etc/passwd', '/nowhere/x.tar.gz', '.tar.gz'].map(
      async (each) => (await order(made, 'restore', { archive: each })).body,
    );
    const bodies = await Promise.all(told);
    expect(bodies.map(({ code }) => code)).toEqual(Array.from({ length: 5 }, () => 'invalid_input'));
    expect(new Set(bodies.map(({ error }) => error)).size).toBe(1);
    expect((await order(made, 'restore', { archive: 'scout-1.tar.gz' })).body.code).toBe('not_found');
  });

  test('to restore gives back the key that lies in the vault of the agent, and no other that who asks may not be given', async () => {
    const { add, order, removed, deps, owner, lead, gatewayOf } = await createGatewayWorld();
    const own = { credential: null, model: 'groq/x', llmApiKey: 'gsk-very-secret' };
    const made = (await add('scout', own, lead.json)).body.data as Made;
    const reference = made.gateway?.credential.reference ?? '';
    await deps.store.note(made.principalId, { facts: { vaultId: reference.split('/')[0] ?? '' }, now: 1 });
    await removed(made.principalId);
    const back = (await lead.json('POST', `${gatewayOf(made)}/restore`, { json: {} })).body.data as FamilyGateway;
    expect(back.credential).toEqual({ kind: 'vault', reference });
    const vault = (await owner('POST', '/api/v1/vault/vaults', { json: { name: 'private' } })).body.data as {
      id: string;
    };
    const fields = [{ key: 'key', value: 'sk-owner' }];
    await owner('POST', `/api/v1/vault/vaults/${vault.id}/items`, { json: { name: 'anthropic', fields } });
    const other = (await add('ranger', { credential: 'private/anthropic/key' })).body.data as Made;
    await removed(other.principalId);
    const refused = await lead.json('POST', `${gatewayOf(other)}/restore`, { json: {} });
    expect([refused.status, refused.body.error]).toEqual([409, expect.stringMatching(/a vault that .* is in/)]);
    expect((await order(other, 'restore')).status).toBe(202);
  });

  test('to back up answers where the copy lies', async () => {
    const { ready, order } = await createGatewayWorld();
    const made = await ready('scout');
    expect((await order(made, 'backup')).body.data).toMatchObject({ backup: '/archives/scout.tar.gz' });
  });

  test('is for who cares for the family alone, who may read what it prints', async () => {
    const { ready, gatewayOf, lead, human, outsider } = await createGatewayWorld();
    const made = await ready('scout');
    const logs = `${gatewayOf(made)}/logs?lines=2`;
    expect((await lead.json('GET', logs)).body.data).toEqual({ lines: ['scout 0', 'scout 1'] });
    expect([(await human.json('GET', logs)).status, (await outsider.json('GET', logs)).status]).toEqual([403, 404]);
    const stop = await human.json('POST', `${gatewayOf(made)}/stop`, { json: {} });
    expect(stop.status).toBe(403);
  });
});

const found = (more: Partial<FoundGateway> = {}): FoundGateway => ({
  handle: 'clerk',
  home: '/home/ada/.openclaw-clerk',
  mode: 0o700,
  uid: 1_000,
  settings: {
    port: 18_790,
    auth: 'by_default',
    model: 'demo/chat',
    openSecrets: [],
    isBrowserOff: false,
    keepsBootstrap: false,
    isPluginEnabled: true,
  },
  services: [],
  processes: [{ pid: 7, startedAt: '1' }],
  looseFiles: [],
  authFiles: [],
  workspace: [],
  ...more,
});

async function createAdoptWorld(more: Partial<FoundGateway> = {}) {
  const world = await createGatewayWorld();
  const { host, owner, path } = world;
  const one = found(more);
  for (const name of [one.handle, one.home]) host.found.set(name, one);
  const adopt = async (gateway = 'clerk', body: object = {}) =>
    await owner('POST', `${path}/gateways`, { json: { gateway, ...body } });
  /** With a key, whose words are shown once. */
  const agent = async (handle: string) => {
    const made = await owner('POST', '/api/v1/principals', { json: { kind: 'agent', handle } });
    const { id } = made.body.data as { readonly id: string };
    const { key } = (await owner('POST', `/api/v1/principals/${id}/keys`, { json: {} })).body.data as {
      readonly key: string;
    };
    return { id, key };
  };
  return { ...world, adopt, agent };
}

describe('a gateway that somebody set up by hand', () => {
  test('is a member when it was adopted, once however often that is asked, and has no key', async () => {
    const { adopt, owner, path, deps } = await createAdoptWorld();
    const first = (await adopt()).body.data as FamilyGateway;
    expect(first).toMatchObject({
      handle: 'clerk',
      service: 'its_own',
      serviceName: 'a process that nothing keeps',
      port: 18_790,
      status: 'ready',
      wanted: 'up',
      credential: { kind: 'its_own' },
    });
    const again = await adopt('/home/ada/.openclaw-clerk');
    expect([again.status, (again.body.data as FamilyGateway).principalId]).toEqual([200, first.principalId]);
    const members = (await owner('GET', `${path}/members`)).body.data as FamilyMember[];
    expect(members.filter(({ handle }) => handle === 'clerk')).toMatchObject([{ isAdopted: true, status: 'online' }]);
    expect((await owner('GET', `/api/v1/principals/${first.principalId}/keys`)).body.data).toEqual([]);
    expect(await deps.store.get(first.principalId)).toMatchObject({ runner: { services: [] } });
  });

  test('is the agent whose key its channel carries, and no second one', async () => {
    const { adopt, agent, host, owner, path } = await createAdoptWorld();
    const { id, key } = await agent('old-clerk');
    host.channelKey = key;
    const adopted = (await adopt()).body.data as FamilyGateway;
    expect(adopted).toMatchObject({ principalId: id, handle: 'old-clerk' });
    const members = (await owner('GET', `${path}/members`)).body.data as FamilyMember[];
    expect(members.map(({ handle }) => handle)).toEqual(['old-clerk']);
  });

  test.each<[string, Partial<FoundGateway>, RegExp]>([
    ['two processes run', { processes: [7, 8].map((pid) => ({ pid, startedAt: '1' })) }, /7, 8.*stop all but/],
    ['settings nobody can read', { settings: { problem: 'line 1, column 3 is no JSON' } }, /line 1, column 3/],
    ['a home that is a link', { linkTo: '/srv/clerk' }, /is a link to \/srv\/clerk/],
    ['a home of another account', { uid: 0 }, /belongs to another account/],
    ['no handle of its own', { handle: 'default' }, /name one with --handle/],
  ])('with %s is refused, and nobody is made a member', async (_what, more, reason) => {
    const { adopt, owner, path } = await createAdoptWorld(more);
    const refused = await adopt('/home/ada/.openclaw-clerk');
    expect([refused.status, refused.body.error]).toEqual([409, expect.stringMatching(reason)]);
    expect((await owner('GET', `${path}/members`)).body.data).toEqual([]);
  });

  test('whose port or home is that of another one, or whose handle is another agent’s, is refused', async () => {
    const { adopt, agent, host, ready } = await createAdoptWorld();
    await ready('scout');
    const settings = { ...found().settings, port: 18_910 } as FoundGateway['settings'];
    host.found.set('clerk', found({ settings }));
    expect((await adopt()).body.error).toMatch(/Port 18910 .* is that of scout/);
    host.found.set('clerk', found({ home: '/home/ada/.openclaw-scout' }));
    expect((await adopt()).body.data).toMatchObject({ handle: 'scout', service: 'supervisor' });
    host.found.set('clerk', found());
    await agent('clerk');
    expect((await adopt()).body.error).toMatch(/clerk is in this hub already.*--handle/);
    expect((await adopt('clerk', { handle: 'clerk-two' })).body.data).toMatchObject({ handle: 'clerk-two' });
    expect((await adopt('nobody')).status).toBe(404);
  });

  test('stands beside others one port apart, as they were made, and is neither started again nor stopped by itself', async () => {
    const { adopt, host, deps, operator, states } = await createAdoptWorld();
    await adopt();
    const settings = { ...found().settings, port: 18_791 } as FoundGateway['settings'];
    host.found.set('ranger', found({ handle: 'ranger', home: '/home/ada/.openclaw-ranger', settings, processes: [] }));
    const ranger = (await adopt('ranger')).body.data as FamilyGateway;
    expect(ranger).toMatchObject({ port: 18_791, wanted: 'down' });
    // Its person has started it.
    states.set('ranger', { kind: 'running', process: { pid: 9, startedAt: '1' }, restarts: 0 });
    expect(await tend(deps, operator)).toEqual({ begun: 0, stopped: 0, settled: 0 });
  });

  test('tells what would be mended of it, and does what is named, as long as all is as it was', async () => {
    const { adopt, host, owner, gatewayOf, path } = await createAdoptWorld();
    const adopted = (await adopt()).body.data as FamilyGateway;
    const member = { principalId: adopted.principalId } as FamilyMember;
    const look = async () => (await owner('GET', `${gatewayOf(member)}/findings`)).body.data as GatewayFindings;
    const order = async (body: object) => await owner('POST', `${gatewayOf(member)}/mend`, { json: body });
    const { findings, planHash } = await look();
    expect(findings.map(({ code }) => code)).toEqual(['no_token', 'not_loopback', 'no_plugin', 'no_service']);
    expect(findings.every(({ does }) => does.length > 0)).toBe(true);
    const unknown = await order({ findings: ['no_such'] });
    expect([unknown.status, unknown.body.error]).toEqual([400, expect.stringMatching(/"no_such" is no finding/)]);
    host.digest = 'another';
    const late = await order({ findings: ['no_token'], planHash });
    expect([late.status, late.body.error]).toEqual([409, expect.stringMatching(/changed since that plan/)]);
    expect((await look()).planHash).not.toBe(planHash);
    const taken = await order({ findings: ['no_token'], planHash: (await look()).planHash });
    expect(taken.body.data).toMatchObject({ status: 'changing', change: { kind: 'mend', findings: ['no_token'] } });
    expect((await order({ findings: ['no_token'] })).status).toBe(409);
    expect((await owner('GET', `${path}/gateways`)).body.data).toHaveLength(1);
  });

  test('with two processes by now is not mended before a person has ended one', async () => {
    const { adopt, host, owner, gatewayOf } = await createAdoptWorld();
    const { principalId } = (await adopt()).body.data as FamilyGateway;
    const two = found({ processes: [7, 8].map((pid) => ({ pid, startedAt: '1' })) });
    for (const name of [two.handle, two.home]) host.found.set(name, two);
    const refused = await owner('POST', `${gatewayOf({ principalId } as FamilyMember)}/mend`, { json: {} });
    expect([refused.status, refused.body.error]).toEqual([
      409,
      expect.stringMatching(/Stop all but one by hand \(7, 8\)/),
    ]);
  });
});
