import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '@perdure/testing';
import type { FamilyGateway, Vault } from '@perdure/contract';
import { cli, dataIn } from '../harness.ts';
import { openHubPlace } from '../hub/hub-place.ts';

async function openFleetPlace() {
  const hub = await openHubPlace();
  const { place, harness } = hub;
  const bin = join(place.folder, 'nobody', 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, '..', 'package.json'), '{"name":"openclaw","version":"2026.9.6"}');
  writeFileSync(join(bin, 'openclaw'), '#!/bin/sh\nexit 99\n');
  chmodSync(join(bin, 'openclaw'), 0o755);
  const run = async (line: string, more: readonly string[] = []) => await hub.run(line, more, { PATH: bin });
  const { store } = harness.smallHost.deps;
  const recorded = async (handle: string) => (await store.list({})).find((each) => each.handle === handle);
  return { ...hub, ...harness.smallHost, run, store, recorded };
}

/** With an agent that is there, and does not run. */
async function openScoutPlace() {
  const place = await openFleetPlace();
  const { run, recorded, store, host } = place;
  await run('family init --host small-host');
  await run(`${add} --no-wait`);
  const { principalId = '' } = (await recorded('scout')) ?? {};
  await store.move(principalId, { action: 'complete', now: 1 });
  host.states.set('scout', { kind: 'stopped' });
  return { ...place, principalId };
}

const add = 'family add scout --model demo/chat --no-key';

test('a family of this host and its first agent are two commands, the second of which ends when the agent is there', async () => {
  const { run, recorded, store } = await openFleetPlace();
  expect((await run(add)).stderr).toContain('perdure family init');
  expect((await run('family init --host small-host')).stdout).toMatch(/^main is a family of small-host\.\nNext: /);
  const adding = run(add);
  const made = await until(async () => await recorded('scout'), { what: 'the gateway' });
  await store.move(made.principalId, { action: 'complete', now: 1 });
  const { code, stdout, stderr } = await adding;
  expect([code, stdout]).toEqual([0, 'scout is absent on port 18910.\n']);
  expect(stderr).toMatch(/^1 {2}port/m);
  expect(stderr).toMatch(/^Plan [0-9a-f]{64}$/m);
  expect((await run('family status')).stdout).toMatch(/^scout +absent +away +18910 +supervisor/m);
  expect((await run('family status scout')).stdout).toContain('home      /home/ada/.openclaw-scout on small-host');
});

test('an agent that could not be provisioned ends with why, and with 1', async () => {
  const { run, recorded, store } = await openFleetPlace();
  await run('family init --host small-host');
  const adding = run(add);
  const made = await until(async () => await recorded('scout'), { what: 'the gateway' });
  await store.move(made.principalId, { action: 'fail', facts: { problem: 'It was not ready within 120 s.' }, now: 1 });
  const { code, stdout } = await adding;
  expect([code, stdout]).toEqual([
    1,
    'scout could not be provisioned, and all that was made is taken back. It was not ready within 120 s.\n',
  ]);
  const again = await run('family provision scout --no-wait');
  expect([again.code, again.stdout]).toEqual([0, 'scout is provisioning.\n']);
});

test('a gateway is started, stopped and removed by its handle, which asks first', async () => {
  const { run } = await openScoutPlace();
  expect(await run('family start scout')).toMatchObject({ code: 0, stdout: 'scout is running on port 18910.\n' });
  expect(await run('family stop scout --now')).toMatchObject({ code: 0, stdout: 'scout is stopped on port 18910.\n' });
  expect((await run('family logs scout --lines 1')).stdout).toBe('scout 0\n');
  expect((await run('family backup scout')).stdout).toContain('/archives/scout.tar.gz');
  expect(await run('family deprovision scout')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('say --yes'),
  });
  const removed = await run('family deprovision scout --yes --no-wait --json');
  expect((dataIn(removed.stdout) as FamilyGateway).status).toBe('removing');
  expect(await run('family stop nobody')).toMatchObject({ code: 7, stderr: expect.stringContaining('family status') });
});

test('an agent that was deprovisioned is restored by its handle, or by the name of an archive', async () => {
  const { run, recorded, removed, store } = await openFleetPlace();
  await run('family init --host small-host');
  await run(`${add} --no-wait`);
  const { principalId = '' } = (await recorded('scout')) ?? {};
  const archive = await removed(principalId);
  expect(await run(`family restore ${archive}`)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('An archive is a .tar.gz in /archives'),
  });
  expect(await run('family restore backup.tar.gz')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('<handle>-<day>-<time>.tar.gz'),
  });
  expect((await run('family restore scout-20250101-000000.tar.gz')).code).toBe(7);
  const restoring = run('family restore scout');
  await until(async () => (await recorded('scout'))?.status === 'provisioning', {
    what: 'the order',
  });
  await store.move(principalId, { action: 'complete', now: 1 });
  expect(await restoring).toMatchObject({ code: 0, stdout: 'scout is absent on port 18910.\n' });
  expect((await run('family status scout')).stdout).toContain(`restored  from ${archive}`);
});

test('a key that a family shares comes from stdin, lies in a vault, and is printed nowhere', async () => {
  const { place, owner } = await openFleetPlace();
  const words = 'family init main --host small-host --provider groq --key-stdin'.split(' ');
  const { code, stdout, stderr } = await cli(words, { cwd: place.folder, stdin: 'gsk-very-secret\n' });
  expect(code).toBe(0);
  expect(stdout + stderr).not.toContain('gsk-very-secret');
  const vaults = (await owner('GET', '/api/v1/vault/vaults')).body.data as Vault[];
  expect(vaults.map(({ name }) => name)).toContain('family-main');
  expect((await cli(['family', 'init', '--key-stdin'], { cwd: place.folder, stdin: 'x' })).code).toBe(2);
});

test('a home is repaired by its handle: what differs is told first, and that nothing does', async () => {
  const { run, recorded, store, host, principalId } = await openScoutPlace();
  const whole = await run('family repair scout');
  expect([whole.code, whole.stdout]).toEqual([
    0,
    'There is nothing to repair in /home/ada/.openclaw-scout.\nNothing was changed.\n',
  ]);
  host.settingsProblems = ['Unrecognized key: "x"'];
  expect(await run('family repair scout')).toMatchObject({ code: 1, stdout: expect.stringContaining('say --fresh') });
  host.differences = [{ at: 'openclaw.json: gateway.port', found: '1', becomes: '18910' }];
  expect((await run('family repair scout --plan')).stdout).toMatch(/gateway\.port: 1; becomes: 18910\n.*comments/);
  expect((await recorded('scout'))?.status).toBe('ready');
  const repairing = run('family repair scout');
  await until(async () => (await recorded('scout'))?.status === 'changing', { what: 'the order' });
  await store.move(principalId, { action: 'keep', now: 1 });
  expect(await repairing).toMatchObject({ code: 0, stdout: 'scout is stopped on port 18910.\n' });
});

test('a member is given another model, and what it has already is said to be so', async () => {
  const { run, recorded, store, principalId } = await openScoutPlace();
  expect(await run('family change scout')).toMatchObject({ code: 2, stderr: expect.stringContaining('--model') });
  expect((await run('family change scout --model demo/chat')).stderr).toContain('scout has that already.');
  const changing = run('family change scout --model demo/other');
  await until(async () => (await recorded('scout'))?.status === 'changing', { what: 'the order' });
  await store.move(principalId, {
    action: 'put_back',
    facts: { problem: 'It was not well. It is as it was.' },
    now: 1,
  });
  expect(await changing).toMatchObject({ code: 1, stdout: 'scout: It was not well. It is as it was.\n' });
});

test('keys are read again by those that are named, or by all that have one in a vault, and who did not is told', async () => {
  const { run, recorded, store, host, place } = await openFleetPlace();
  const words = 'family init main --host small-host --provider groq --key-stdin'.split(' ');
  await cli(words, { cwd: place.folder, stdin: 'gsk-very-secret\n' });
  expect((await run('family refresh')).stdout).toBe('No gateway has a key of its model in a vault.\n');
  for (const words of ['scout --model groq/x', 'ranger --model demo/chat --no-key']) {
    await run(`family add ${words} --no-wait`);
    const { principalId = '' } = (await recorded(words.split(' ')[0] ?? '')) ?? {};
    await store.move(principalId, { action: 'complete', now: 1 });
  }
  const told = 'scout has the key of its model as it lies in its vault.\n';
  expect(await run('family refresh')).toMatchObject({ code: 0, stdout: told });
  host.refreshed = 'none';
  const refused = await run('family refresh ranger scout');
  expect([refused.code, refused.stdout.split('\n').length]).toEqual([1, 3]);
  expect(refused.stdout).toMatch(/^ranger: No key of ranger lies in a vault.*\nscout: The home of scout is not whole/);
});

test('an upgrade shows its plan, asks first, and tells member by member what became of it', async () => {
  const { run, recorded, store, host, harness } = await openFleetPlace();
  await run('family init --host small-host');
  for (const handle of ['scout', 'ranger']) {
    await run(`family add ${handle} --model demo/chat --no-key --no-wait`);
    await store.move((await recorded(handle))?.principalId ?? '', { action: 'complete', now: 1 });
  }
  const none = await run('family upgrade');
  expect([none.code, none.stdout]).toEqual([
    0,
    'Nobody of main is to be moved to OpenClaw 2026.9.6.\nleft  ranger: it has OpenClaw 2026.9.6 already\nleft  scout: it has OpenClaw 2026.9.6 already\n',
  ]);
  host.facts = { ...host.facts, openclaw: { path: '/n/openclaw', version: '2026.10.1' } };
  host.behind.set('/o/o.js', '2026.10.1');
  expect((await run('family status scout')).stdout).toContain('openclaw  2026.9.6, in whose place is 2026.10.1');
  const asked = await run('family upgrade --canary scout');
  expect([asked.code, asked.stdout]).toEqual([2, '']);
  expect(asked.stderr).toMatch(/^ +1 {2}scout +2026\.9\.6 -> 2026\.10\.1 {2}first$/m);
  expect(asked.stderr).toMatch(/^Note: scout was made with .* 2026\.10\.1 is there by now: .*npm install --prefix/m);
  expect(asked.stderr).toContain('say --yes');
  const following = run('family upgrade --yes');
  const { sqlite } = harness.database;
  const isUpgrade = "pipeline = 'upgrade-family' AND status = 'queued'";
  const next = await until(
    () => (sqlite.prepare(`SELECT id FROM runs WHERE ${isUpgrade}`).get() as { readonly id: string } | undefined)?.id,
    { what: 'its run' },
  );
  expect((await run('family upgrade --yes')).stderr).toContain(`is being upgraded by run ${next}`);
  // As it ends where nobody was touched yet.
  sqlite.prepare(`UPDATE runs SET status = 'cancelled' WHERE ${isUpgrade}`).run();
  const { code, stdout } = await following;
  expect([code, stdout]).toEqual([
    1,
    `main was not brought to OpenClaw 2026.10.1 to the end (run ${next}, cancelled).\nUntouched   ranger and scout\nPut right what is told, and give the command again: it goes on with those that do not have it.\n`,
  ]);
  expect((await run('family upgrade scout --yes --no-wait')).stdout).toMatch(/^Run \S+ does it; `perdure runs show/);
});

test('a gateway that was set up by hand is taken in untouched, told what is wrong with it, and mended when that is meant', async () => {
  const { run, recorded, host } = await openFleetPlace();
  await run('family init --host small-host');
  const settings = {
    port: 18_790,
    auth: 'none',
    bind: 'loopback',
    openSecrets: [],
    isBrowserOff: true,
    keepsBootstrap: true,
    isPluginEnabled: true,
  } as const;
  const found = { handle: 'clerk', home: '/home/ada/.openclaw-clerk', mode: 0o700, uid: 1_000, settings };
  const empty = { services: [], processes: [], looseFiles: [], authFiles: [], workspace: [] };
  for (const name of [found.handle, found.home]) host.found.set(name, { ...found, ...empty });
  const adopted = await run('family adopt clerk');
  expect([adopted.code, adopted.stdout]).toEqual([
    0,
    expect.stringMatching(/^clerk is a member now: .* Nothing of it was touched/),
  ]);
  expect((await run('family adopt nobody')).code).toBe(7);
  const looked = await run('family mend clerk');
  expect([looked.code, looked.stdout]).toEqual([0, expect.stringMatching(/^no_token {2}\(risk\)/m)]);
  expect(looked.stdout).toMatch(/^Plan [0-9a-f]{64}$/m);
  const unmeant = await run('family mend clerk no_token');
  expect([unmeant.code, unmeant.stderr]).toEqual([2, expect.stringMatching(/Nothing was done\. Say --yes/)]);
  expect(unmeant.stderr).not.toContain('no_plugin');
  expect((await run('family mend clerk no_token --all --yes')).stderr).toContain('not both');
  expect((await recorded('clerk'))?.status).toBe('ready');
  const old = await run(`family mend clerk no_token --yes --plan-hash ${'0'.repeat(64)}`);
  expect(old.stderr).toMatch(/has changed since that plan/);
  const meant = await run('family mend clerk no_token --yes --no-wait');
  expect([meant.code, meant.stdout]).toEqual([0, 'clerk is changing.\n']);
  expect((await recorded('clerk'))?.change?.mends?.findings).toEqual(['no_token']);
});

test('how agents are is told once with an exit code, or each time that it changes', async () => {
  const { run, recorded, store, host, place } = await openFleetPlace();
  await run('family init --host small-host');
  expect((await run('family health')).stdout).toContain('No gateways on this host');
  await run(`${add} --no-wait`);
  const { principalId = '' } = (await recorded('scout')) ?? {};
  await store.move(principalId, { action: 'complete', now: 1 });
  host.states.set('scout', { kind: 'running', process: { pid: 1, startedAt: '1' }, restarts: 3 });
  const well = await run('family health main');
  expect([well.code, well.stdout]).toEqual([0, expect.stringMatching(/^scout +main +running +ready +- +3 +- +never/m)]);
  await store.note(principalId, { facts: { problem: 'It is deaf.' }, now: 1 });
  expect(await run('family health')).toMatchObject({ code: 1, stdout: expect.stringContaining('It is deaf.') });
  const out: string[] = [];
  const watching = cli(['family', 'health', '--watch', '--json'], {
    cwd: place.folder,
    onWrite: (text) => out.push(text),
    interruptWhen: (text) => text.split('schema_version').length > 2,
  });
  await until(() => out.length === 1, { what: 'the first look' });
  await store.note(principalId, { facts: { problem: null }, now: 1 });
  expect((await watching).code).toBe(0);
});

test('a model that is named to be more than one word of a shell is one in the command that makes its agent elsewhere', async () => {
  const { run, recorded, store } = await openFleetPlace();
  await run('family init main --host small-host');
  await run('family add scout --no-key --no-wait', ['--model', 'demo/x;touch${IFS}/tmp/mine']);
  await store.move((await recorded('scout'))?.principalId ?? '', { action: 'complete', now: 1 });
  const { stdout } = await run('family export main');
  const { members } = JSON.parse(stdout) as { members: readonly { add: string }[] };
  expect(members[0]?.add).toBe("perdure family add scout --model 'demo/x;touch${IFS}/tmp/mine' --no-key");
});

test('what a family is can be had without a secret, with the commands that make it elsewhere', async () => {
  const { run, recorded, store, place } = await openFleetPlace();
  const words = 'family init main --host small-host --provider groq --key-stdin'.split(' ');
  await cli(words, { cwd: place.folder, stdin: 'gsk-very-secret\n' });
  await run('family resources set main wiki http://wiki');
  await run('family add scout --model groq/x --no-wait', ['--personality', 'curious']);
  await run('family add ranger --model demo/chat --no-key --no-wait');
  const { principalId = '' } = (await recorded('scout')) ?? {};
  await store.move(principalId, { action: 'complete', now: 1 });
  const { stdout } = await run('family export main');
  expect(JSON.parse(stdout)).toMatchObject({
    kind: 'perdure-family',
    name: 'main',
    host: 'small-host',
    resources: [{ name: 'wiki', value: 'http://wiki' }],
    members: [
      { handle: 'ranger', credential: 'unneeded', add: 'perdure family add ranger --model demo/chat --no-key' },
      { handle: 'scout', personality: 'curious', credential: 'vault', add: 'perdure family add scout --model groq/x' },
    ],
  });
  expect(stdout).not.toMatch(/gsk|reference|sk_/);
});
