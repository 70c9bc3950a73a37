/** As whom a command of the hub speaks. */

import { chmodSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { saveKey } from '@perdure/home';
import { createProgram } from '../../src/cli/program.ts';
import type { Rim } from '../../src/cli/rim.ts';
import { commandTable } from '../../src/commands.ts';
import { dataIn } from '../harness.ts';
import { openHubPlace } from './hub-place.ts';

test('a key that is kept is shown nowhere, and is for this account alone', async () => {
  const { run, place } = await openHubPlace();
  const made = await run('keys create agent --save --json');
  const { file, ...shown } = dataIn(made.stdout) as { readonly file: string };
  expect(file).toBe(join(place.paths.root, 'run/keys/agent'));
  const key = readFileSync(file, 'utf8').trim();
  expect(made.stdout + made.stderr).not.toContain(key);
  expect(shown).toMatchObject({ label: 'command line' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(place.paths.keys).mode & 0o777).toBe(0o700);
});

test('who speaks with --as is who is heard, and sees what they are in, and nothing else', async () => {
  const { run, say, human } = await openHubPlace();
  await say('hello', human);
  await run('keys create agent --save');
  expect((await run('messages send plans --as agent', ['I am here'])).stdout).toBe('Sent to Plans as number 2.\n');
  expect((await run('messages list Plans')).stdout).toContain('agent\n  I am here');
  await run('keys create outsider --save');
  expect(await run('messages list Plans --as outsider')).toMatchObject({ code: 7 });
  expect((await run('channels list --as @outsider')).stdout).toContain('No channels');
  expect(await run('keys list agent --as outsider')).toMatchObject({
    code: 7,
    stderr: expect.stringContaining('shares no channel'),
  });
  expect(await run('principals list --as agent')).toMatchObject({ code: 4 });
  expect((await run('channels dm human --as agent')).stdout).toContain('The dm with The human');
});

test('a key that nobody kept is asked for with the command that makes one', async () => {
  const { run } = await openHubPlace();
  expect(await run('channels list --as agent')).toMatchObject({
    code: 7,
    stderr: expect.stringContaining('perdure keys create agent --save'),
  });
  expect(await run('channels list --as', ['../owner-key'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no handle'),
  });
  expect((await run('principals list --as owner')).code).toBe(0);
});

test('what prints a key prints that of who speaks, and needs no server for it', async () => {
  const { run, place, agent, other } = await openHubPlace();
  saveKey(place.paths, 'agent', agent.key);
  writeFileSync(join(place.folder, 'key'), other.key, { mode: 0o600 });
  const ownerKey = readFileSync(place.paths.ownerKey, 'utf8').trim();
  rmSync(place.paths.instance);
  const env = { PERDURE_KEY_FILE: 'key' };
  expect((await run('key --as agent')).stdout).toBe(`${agent.key}\n`);
  expect((await run('key --header', [], env)).stdout).toBe(`Authorization: Bearer ${other.key}\n`);
  expect((await run('key --header --as owner', [], env)).stdout).toBe(`Authorization: Bearer ${ownerKey}\n`);
  expect(await run('key --as human')).toMatchObject({ code: 7, stdout: '' });
});

test('every command that speaks in the hub can be told as whom', () => {
  const rim = { stdout: {}, stderr: {} } as Rim;
  const program = createProgram(rim, { ...commandTable, setExitCode: () => undefined });
  const speaking = [
    'principals',
    'keys',
    'sessions',
    'channels',
    'messages',
    'drive',
    'assignments',
    'family',
    'vault',
  ];
  const leaves = (command: Command): readonly Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
  const asked = program.commands
    .filter((command) => [...speaking, 'chat', 'open', 'key'].includes(command.name()))
    .flatMap(leaves);
  expect(asked.length).toBeGreaterThan(50);
  const mute = asked.filter(({ options }) => !options.some(({ long }) => long === '--as'));
  // It looks at this host, and asks nobody.
  expect(mute.map((command) => command.name())).toEqual(['plan']);
});

test('a key file speaks for the hub alone, and --as comes before it', async () => {
  const { run, place, agent, other } = await openHubPlace();
  const file = join(place.folder, 'key');
  writeFileSync(file, `${agent.key}\r\n\n`, { mode: 0o600 });
  const env = { PERDURE_KEY_FILE: 'key' };
  expect(await run('principals list', [], env)).toMatchObject({ code: 4 });
  await run('messages send Plans', ['from a file'], env);
  saveKey(place.paths, 'other', other.key);
  await run('messages send Plans --as other', ['from the flag'], env);
  const { stdout } = await run('messages list Plans --json');
  const said = dataIn(stdout) as { readonly content: string; readonly metadata: { readonly senderHandle: string } }[];
  expect(said.map(({ content, metadata }) => [metadata.senderHandle, content])).toEqual([
    ['agent', 'from a file'],
    ['other', 'from the flag'],
  ]);
  expect((await run('runs list', [], env)).code).toBe(0);
});

test('a key may be a member of an object in its file, as the secrets of an agent are', async () => {
  const { run, place, agent } = await openHubPlace();
  const file = join(place.folder, 'secrets.json');
  writeFileSync(file, JSON.stringify({ hub: agent.key, model: 'x'.repeat(1_000) }), { mode: 0o600 });
  const said = await run('key --header', [], { PERDURE_KEY_FILE: `${file}#/hub` });
  expect(said.stdout).toBe(`Authorization: Bearer ${agent.key}\n`);
  for (const wrong of ['#/model', '#/none', '#/__proto__', '']) {
    const refused = await run('key --header', [], { PERDURE_KEY_FILE: `${file}${wrong}` });
    expect([refused.code === 0, refused.stderr.includes('holds no key')]).toEqual([false, true]);
    expect(refused.stderr).not.toContain('xxx');
  }
  const none = await run('key --header', [], { PERDURE_KEY_FILE: `${file}.old#/hub` });
  expect(none.stderr).toContain('There is no file');
});

test('a key file that others may read, or that holds no key, is refused without its content', async () => {
  const { run, place, agent } = await openHubPlace();
  const file = join(place.folder, 'key');
  const env = { PERDURE_KEY_FILE: file };
  const refusal = async () => (await run('channels list', [], env)).stderr;
  expect(await refusal()).toContain('There is no file');
  writeFileSync(file, agent.key, { mode: 0o600 });
  chmodSync(file, 0o640);
  expect(await refusal()).toMatch(/may be read by other accounts \(mode 640\).*chmod 600/);
  chmodSync(file, 0o600);
  for (const content of ['', 'secret-canary', `${agent.key}\n${agent.key}`, '\u0000', 'x'.repeat(50_000)]) {
    writeFileSync(file, content);
    const said = await refusal();
    expect(said).toMatch(/holds no key|too large/);
    expect(said).not.toContain('canary');
  }
  symlinkSync(place.folder, join(place.folder, 'link'));
  expect((await run('channels list', [], { PERDURE_KEY_FILE: 'link' })).stderr).toContain('is no file');
});

test('a key that cannot be kept is taken back', async () => {
  const { run, place } = await openHubPlace();
  symlinkSync(place.folder, place.paths.keys);
  expect((await run('keys create agent --save')).code).not.toBe(0);
  expect((await run('keys list agent')).stdout).toMatch(/command line.*revoked/);
});
