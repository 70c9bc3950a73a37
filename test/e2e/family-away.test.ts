/**
 * The hub goes away while an agent is at work, and comes back, also elsewhere: what the agent was doing is answered,
 * once, and its gateway is not started again for it. Its gateway is a fake; `npm run test:openclaw` has real ones.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietPort, until } from '@perdure/testing';
import { installFakeOpenclaw, type FakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FamilyHost } from './family-host.ts';

let host: FamilyHost;
let folder: string;
let fake: FakeOpenclaw;
let dm: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-fake-'));
  fake = installFakeOpenclaw(folder);
  host = await FamilyHost.start(fake.bin);
  const { client } = host.system;
  // With a model that is none of ours: it is there while we are not.
  const { data: vault } = await client.createVault({ body: { name: 'keys' } });
  const fields = [{ key: 'key', value: 'a-key-of-acme' }];
  await client.createVaultItem({ params: { vaultId: vault.id }, body: { name: 'acme', fields } });
  await host.perdure('family', 'init', 'main');
  fake.behave({ turnMs: 3_000 });
  await host.perdure(
    'family',
    'add',
    'scout',
    '--model',
    'acme/one',
    '--key',
    'keys/acme/key',
    '--service',
    'supervisor',
    '--port',
    String(quietPort()),
  );
  const { stdout } = await host.perdure('channels', 'dm', 'scout', '--json');
  dm = (JSON.parse(stdout) as { readonly data: { readonly id: string } }).data.id;
}, 240_000);
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const home = (...path: string[]): string => join(host.accountHome, '.openclaw-scout', ...path);
const said = async () => (await host.said(dm)).map(({ content }) => content);
const log = (): string => readFileSync(home('logs', 'gateway.log'), 'utf8');

test(
  'an answer that was ready while nobody was there is said when the hub is back, once',
  { timeout: 240_000 },
  async () => {
    const pid = await host.pidOf('scout');
    const { system } = host;
    await host.perdure('messages', 'send', 'scout', 'One');
    await until(() => log().includes('turn begins: One'), { withinMs: 60_000, what: 'a turn has begun' });
    system.kill('all');
    await until(() => log().includes('turn over: One'), { withinMs: 60_000, what: 'it has an answer' });
    await system.up();
    await host.hears(dm, 'scout', 'You said: One');
    await host.perdure('messages', 'send', 'scout', 'Two');
    await host.hears(dm, 'scout', 'You said: Two');
    expect((await said()).slice(-4)).toEqual(['One', 'You said: One', 'Two', 'You said: Two']);
    expect(await host.pidOf('scout')).toBe(pid);
  },
);

test('perdure on other ports is found by its agents, which go on with what they do', { timeout: 240_000 }, async () => {
  const pid = await host.pidOf('scout');
  const { system } = host;
  const before = system.url;
  await host.perdure('messages', 'send', 'scout', 'Three');
  await until(() => log().includes('turn begins: Three'), { withinMs: 60_000, what: 'a turn has begun' });
  await host.end();
  await system.move();
  await system.up();
  expect(system.url).not.toBe(before);
  await host.hears(dm, 'scout', 'You said: Three');
  await host.perdure('messages', 'send', 'scout', 'Four');
  await host.hears(dm, 'scout', 'You said: Four');
  expect((await said()).slice(-4)).toEqual(['Three', 'You said: Three', 'Four', 'You said: Four']);
  expect(readFileSync(home('openclaw.json'), 'utf8')).not.toContain(before);
  expect(readFileSync(join(system.paths.logs, 'server.log'), 'utf8')).toContain(`scout looked for us at ${before}`);
  expect(await host.pidOf('scout')).toBe(pid);
});
