/**
 * A family of three is brought to another release, by commands, while real processes of ours die. The two releases are
 * fakes: what the newer has made of a home the older refuses to open. `npm run test:openclaw` has real ones.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FamilyUpgrade } from '@perdure/contract';
import { quietPorts, until } from '@perdure/testing';
import { installFakeOpenclaw, type FakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FamilyHost } from './family-host.ts';
import type { Victim } from './system.ts';

/** In the order in which they are moved: none has a task, and none leads. */
const handles = ['able', 'bert', 'cleo'] as const;
const releases = ['2026.8.2', '2026.9.6', '2026.10.1', '2026.11.1', '2026.12.1'] as const;

let host: FamilyHost;
let folder: string;
let familyId: string;
const installed = new Map<string, FakeOpenclaw>();
const fake = (version: string): FakeOpenclaw => {
  const found = installed.get(version);
  if (found === undefined) throw new Error(`${version} is not installed`);
  return found;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-fake-'));
  for (const version of releases)
    installed.set(version, installFakeOpenclaw(mkdtempSync(join(folder, 'r-')), { version }));
  host = await FamilyHost.start(fake('2026.8.2').bin);
  await host.perdure('family', 'init', 'main');
  familyId = (await host.system.client.listFamilies({ query: {} })).data[0]?.id ?? '';
  const ports = quietPorts();
  for (const [at, handle] of handles.entries()) {
    const words = ['--model', 'demo/demo', '--no-key', '--service', 'supervisor', '--port', String(ports[at])];
    await host.perdure('family', 'add', handle, ...words);
  }
}, 300_000);
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const versions = async (): Promise<readonly string[]> =>
  await Promise.all(handles.map(async (handle) => (await host.status(handle)).version));
const pids = async (): Promise<readonly number[]> => await Promise.all(handles.map((handle) => host.pidOf(handle)));
const stateOf = (handle: string): string =>
  readFileSync(join(host.accountHome, `.openclaw-${handle}`, 'state', 'fake-state.json'), 'utf8');
/** What it printed, whether it ended with 0 or not. */
const upgradeTo = async (openclaw: string, ...words: readonly string[]): Promise<string> =>
  await host
    .perdure('family', 'upgrade', '--openclaw', openclaw, ...words)
    .then(({ stdout, stderr }) => `${stderr}${stdout}`)
    .catch((error: unknown) => (error as Error).message);
const upgrade = async (version: string, ...words: readonly string[]): Promise<string> =>
  await upgradeTo(fake(version).entry, ...words);
const isHeard = async (): Promise<boolean> => {
  const { data } = await host.system.client.listFamilyMembers({ params: { familyId } });
  return data.filter(({ isConnected }) => isConnected).length === handles.length;
};
const allWell = async (): Promise<void> => {
  for (const handle of handles) {
    const isWell = async () => {
      const { status, readiness } = await host.status(handle);
      return status === 'ready' && readiness === 'ready';
    };
    await until(isWell, { withinMs: 30_000, what: `${handle} is ready`, everyMs: 100 });
  }
  await until(isHeard, { withinMs: 30_000, what: 'all are at the hub', everyMs: 100 });
};

test('without --yes nothing is touched, and a wrapper of somebody is no release', async () => {
  const before = await pids();
  const planned = await upgrade('2026.9.6');
  expect(planned).toMatch(/ 1 {2}able +2026\.8\.2 -> 2026\.9\.6 {2}first\n +2 {2}bert .*then\n +3 {2}cleo .*then/);
  expect(planned).toContain('say --yes');
  const wrapper = join(folder, 'openclaw');
  writeFileSync(wrapper, '#!/bin/sh\nexec node\n', { mode: 0o755 });
  expect(await upgradeTo(wrapper, '--yes')).toContain('is nothing that Node runs; install it with npm');
  expect(await pids()).toEqual(before);
});

test('a canary that dies with the newer release is as it was, and nobody else is touched', async () => {
  const before = await pids();
  const state = stateOf('able');
  fake('2026.9.6').behave({ faults: ['dies'] }, 'able');
  const said = await upgrade('2026.9.6', '--yes');
  expect(said).toMatch(/ended with 1:.*\n?/);
  expect(said).toMatch(/As it was {3}able: The change of able failed at step `health`: /);
  expect(said).toMatch(/^ {14}.*the sky fell$/m);
  expect(said).toContain('Untouched   bert and cleo');
  await allWell();
  expect(await versions()).toEqual(['2026.8.2', '2026.8.2', '2026.8.2']);
  expect(stateOf('able')).toBe(state);
  const [, ...others] = await pids();
  expect(others).toEqual(before.slice(1));
  fake('2026.9.6').behave({}, 'able');
}, 240_000);

test('when the cause is removed all have it, and the older one is refused from then on', async () => {
  const said = await upgrade('2026.9.6', '--yes');
  expect(said).toContain('main has OpenClaw 2026.9.6: able, bert and cleo.');
  await allWell();
  expect(await versions()).toEqual(['2026.9.6', '2026.9.6', '2026.9.6']);
  expect(await upgrade('2026.8.2', '--yes')).toMatch(/able has OpenClaw 2026\.9\.6, and 2026\.8\.2 is older/);
  expect(await upgrade('2026.9.6', '--yes')).toContain('Nobody of main is to be moved');
}, 240_000);

/** A gateway of it that is brought to that release is not ready until the returned function is called. */
function held(version: string, handle: string): () => void {
  const hold = join(folder, 'hold');
  writeFileSync(hold, '');
  fake(version).behave({ holds: { 'gateway run': hold } }, handle);
  return () => rmSync(hold);
}

async function ordered(
  version: string,
): Promise<{ readonly runId: string; readonly look: () => Promise<FamilyUpgrade> }> {
  const { client } = host.system;
  const params = { familyId };
  const { runId = '' } = (await client.orderUpgrade({ params, body: { openclaw: fake(version).entry } })).data;
  return { runId, look: async () => (await client.getUpgrade({ params: { ...params, runId } })).data };
}

describe.each<{ version: string; victim: Victim; at: string }>([
  { version: '2026.10.1', victim: 'server', at: 'able' },
  { version: '2026.11.1', victim: 'all', at: 'bert' },
])('while $at is brought to $version', ({ version, victim, at }) => {
  test(`${victim} is killed, and all have it in the end, each started once`, async () => {
    const letGo = held(version, at);
    const { runId, look } = await ordered(version);
    const isAt = async () => (await look()).members.some((each) => each.handle === at && each.step === 'health');
    await until(isAt, { withinMs: 60_000, what: `${at} is waited for`, everyMs: 20 });
    expect(host.system.kill(victim)).toBe(true);
    letGo();
    if (victim === 'all') await host.system.up();
    else await host.system.allUp(60_000);
    await host.system.untilStatus(runId, 'completed', { withinMs: 90_000 });
    await allWell();
    expect(await versions()).toEqual([version, version, version]);
    for (const handle of handles) expect((await host.status(handle)).process.restarts).toBe(0);
  }, 180_000);
});

test('one that is cancelled has the member at work as it was, those before keep it, and the rest are not begun', async () => {
  const version = '2026.12.1';
  const letGo = held(version, 'bert');
  const [, , cleo] = await pids();
  const { runId, look } = await ordered(version);
  const isAt = async () => (await look()).members.some(({ handle, step }) => handle === 'bert' && step === 'health');
  await until(isAt, { withinMs: 60_000, what: 'bert is waited for', everyMs: 20 });
  await host.perdure('runs', 'cancel', runId);
  letGo();
  await host.system.untilStatus(runId, 'cancelled', { withinMs: 60_000 });
  expect((await look()).members.map(({ state }) => state)).toEqual(['upgraded', 'put_back', 'untouched']);
  await allWell();
  expect(await versions()).toEqual([version, '2026.11.1', '2026.11.1']);
  expect(await host.pidOf('cleo')).toBe(cleo);
}, 300_000);

test('of one whose files were replaced in their place it is said what lies there, and that there is no way back', async () => {
  const { entry } = fake('2026.11.1');
  writeFileSync(join(entry, '..', 'package.json'), '{"name":"openclaw","version":"2026.12.1","type":"module"}');
  expect((await host.status('bert')).installed).toBe('2026.12.1');
  expect(await upgradeTo(entry, 'bert')).toMatch(
    /Note: bert was made with OpenClaw 2026\.11\.1 .* 2026\.12\.1 is there by now/,
  );
  expect(await upgradeTo(entry, 'bert', '--yes')).toContain('main has OpenClaw 2026.12.1: bert.');
  expect((await host.status('bert')).installed).toBeUndefined();
}, 180_000);
