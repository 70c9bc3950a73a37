import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '@perdure/testing/after-test';
import { cli, dataIn } from '../harness.ts';

/** An account with OpenClaw, and a lead on its default port. */
function createAccount() {
  const cwd = tempFolder();
  // The home of the account that the harness has.
  const folder = join(cwd, 'nobody');
  mkdirSync(folder);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(folder, 'package.json'), '{"name":"openclaw","version":"2026.9.6"}');
  writeFileSync(join(bin, 'openclaw'), '#!/bin/sh\nexit 99\n');
  chmodSync(join(bin, 'openclaw'), 0o755);
  mkdirSync(join(folder, '.openclaw'));
  writeFileSync(join(folder, '.openclaw', 'openclaw.json'), '{"gateway":{"mode":"local"}}');
  const run = async (line: string, stdin = '') => await cli(line.split(' '), { cwd, stdin, env: { PATH: bin } });
  return { cwd, folder, run };
}

test('a plan says what would be made, and makes nothing', async () => {
  const { folder, run } = createAccount();
  const { code, stdout } = await run('family plan scout --model demo/demo --no-key');
  expect(stdout).toContain(`${join(folder, '.openclaw-scout')} (0700)`);
  expect(stdout).toMatch(/^1 {2}port {7}port 1\d{4}, and none of another gateway within 110 of it$/m);
  expect(stdout).toContain('ok  openclaw    2026.9.6 at');
  expect(stdout.trimEnd().endsWith('Nothing was changed.')).toBe(true);
  expect(code).toBe(0);
  const again = await run('family plan scout --model demo/demo --no-key --json');
  expect(dataIn(again.stdout)).toMatchObject({
    kind: 'plan',
    handle: 'scout',
    hash: expect.stringMatching(/^[\da-f]{64}$/),
  });
});

test('whatever is in the way is told at once, each with what to do', async () => {
  const { folder, run } = createAccount();
  mkdirSync(join(folder, '.openclaw-Scout'));
  const { code, stdout } = await run('family plan scout --model demo --port 18800');
  expect(code).toBe(1);
  expect(stdout).toContain('4 things are in the way of scout; nothing would be made.');
  expect(stdout).toContain('.openclaw-Scout is there already: choose another handle, or move it away');
  expect(stdout).toContain('a model is named as provider/model');
  expect(stdout).toContain('put one into a vault and name it, or say that it needs none');
  expect(stdout).toContain('port 18800 is within 110 of the gateway on 18789');
});

const notes = {
  principalId: 'p-1',
  handle: 'scout',
  displayName: 'The "Scout"',
  sesameApiKey: 'sk_sesame_canary',
  llmApiKey: 'sk-ant-canary',
  model: 'anthropic/claude-opus-4-6',
  gatewayPort: 20_000,
  ocHomeDir: '~/.openclaw-scout',
  familyId: 'f',
  familyName: 'Home',
  dmChannelId: 'd-1',
  personalitySeed: 'Dry, {{HANDLE}}.',
};

test('the notes of a task are the wish, and the files as they would be hold no secret', async () => {
  const { cwd, folder, run } = createAccount();
  const { code, stdout, stderr } = await run('family plan scout --task - --files look', JSON.stringify(notes));
  expect([code, stderr]).toEqual([0, '7 files as they would be are in look.\n']);
  expect(stdout).toContain(`${join(folder, '.openclaw-scout')} (0700)`);
  expect(stdout).toContain('port 20000');
  const settings = readFileSync(join(cwd, 'look', 'openclaw.json'), 'utf8');
  expect(JSON.parse(settings)).toMatchObject({ gateway: { port: 20_000, bind: 'loopback' } });
  expect(readFileSync(join(cwd, 'look', 'workspace', 'SOUL.md'), 'utf8')).toContain('Dry, {{HANDLE}}.');
  expect(stdout + settings).not.toContain('canary');
  expect(existsSync(join(folder, '.openclaw-scout'))).toBe(false);
  // What is there already is somebody's work.
  expect((await run('family plan scout --task - --files look', JSON.stringify(notes))).code).not.toBe(0);
});

test.each([
  ['{', 'are no JSON'],
  [JSON.stringify({ ...notes, handle: 'ranger' }), 'are of ranger, not of scout'],
  [JSON.stringify({ ...notes, gatewayPort: 'x' }), 'gatewayPort'],
])('notes that cannot be used are told so, without a key of theirs: %#', async (text, problem) => {
  const { stderr, code } = await createAccount().run('family plan scout --task -', text);
  expect(code).toBe(2);
  expect(stderr).toContain(problem);
  expect(stderr).not.toContain('canary');
});

test('without a model nothing is planned', async () => {
  expect((await createAccount().run('family plan scout')).stderr).toContain('--model');
});
