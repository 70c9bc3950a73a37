/**
 * Secrets go in by every door, and are looked for in all that the product leaves behind and all that runs. What the
 * search can see is shown by what it must find: the files that are there to hold a key, the child that is given a
 * value, and one that is put into each kind of place at the end.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { readOwnerKey, savedKeyPath } from '@perdure/home';
import {
  needlesOf,
  processesBelow,
  searchFolder,
  searchProcesses,
  sightingsIn,
  until,
  type Canary,
} from '@perdure/testing';
import { killAfterTest } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { System } from './system.ts';

const main = fileURLToPath(import.meta.resolve('perdure/main'));

/** Quotes, line breaks and letters of other scripts, as a careless sentence or log would write them differently. */
const canary = (name: string): Canary => ({
  name,
  value: `canary “${name}”/+\\\n${randomBytes(18).toString('base64')}`,
});
/** On one line, for who takes no other. */
const oneLine = (name: string): Canary => ({ name, value: `canary-${name}-${randomBytes(24).toString('hex')}` });

interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function openCommands(system: System) {
  /** All that was printed, but by who is asked for a value. */
  const printed: string[] = [];
  const start = (words: readonly string[], stdin = ''): ChildProcess & { readonly said: Promise<Said> } => {
    const child = spawn(
      process.execPath,
      [main, ...words, ...(words.includes('--') ? [] : ['--home', system.paths.root])],
      {
        cwd: system.folder,
        env: { ...process.env, PERDURE_HOME: system.paths.root },
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    child.stdin.on('error', () => undefined).end(stdin);
    const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
    return Object.assign(child, {
      said: ended.then(([, stdout, stderr]) => ({ code: child.exitCode, stdout, stderr })),
    });
  };
  const run = async (words: readonly string[], stdin = ''): Promise<Said> => {
    const said = await start(words, stdin).said;
    printed.push(said.stdout, said.stderr);
    return said;
  };
  const done = async (words: readonly string[], stdin = ''): Promise<void> => {
    const { code, stderr } = await run(words, stdin);
    expect([words.join(' '), code], stderr).toEqual([words.join(' '), 0]);
  };
  return { printed, start, run, done };
}

const field = (value: string) => ({ fields: [{ key: 'token', type: 'secret' as const, value }] });

const canaries = {
  stdin: canary('stdin'),
  file: canary('file'),
  object: canary('object'),
  http: canary('http'),
  rotated: canary('rotated'),
  drop: canary('drop'),
  refused: canary('refused'),
  model: oneLine('model'),
  wrongKey: oneLine('wrongkey'),
} as const;

test(
  'what is put in by any door is in no file, no output, no argument and no environment but where it is meant to be',
  { timeout: 300_000 },
  async () => {
    const config = [
      'model: { id: groq/llama }',
      'models:',
      '  groq: { baseUrl: http://127.0.0.1:9/v1, key: env:CANARY_MODEL_KEY }',
    ].join('\n');
    await using system = await System.start({ config, demo: false, env: { CANARY_MODEL_KEY: canaries.model.value } });
    const { printed, start, run, done } = openCommands(system);
    const { stdin, file, object, http, rotated, drop, refused, wrongKey } = canaries;

    // In.
    writeFileSync(join(system.folder, 'value.txt'), file.value);
    await done(['vault', 'create', 'main']);
    await Promise.all([
      done(['vault', 'put', 'main', 'stdin', '--field', 'token', '--json'], stdin.value),
      done(['vault', 'put', 'main', 'file', '--from', join(system.folder, 'value.txt')]),
      done(['vault', 'put', 'main', 'object', '--object'], JSON.stringify({ user: 'ada', password: object.value })),
      done(['vault', 'drop', 'main', 'drop', '--json'], drop.value),
      done(['principals', 'create', 'scout']),
    ]);
    await done(['keys', 'create', 'scout', '--save']);
    const agentKey = { name: 'agent key', value: (await start(['keys', 'create', 'scout']).said).stdout.trim() };
    const { data: vaults } = await system.client.listVaults({ query: {} });
    const vaultId = vaults[0]?.id ?? '';
    const item = { name: 'http', type: 'login', needsApproval: false };
    const { data: made } = await system.client.createVaultItem({
      params: { vaultId },
      body: { ...item, ...field(http.value) },
    });
    await system.client.rotateVaultItem({ params: { itemId: made.id }, body: field(rotated.value) });

    // Refused, in words that repeat nothing.
    const authorization = `Bearer ${readOwnerKey(system.paths)}`;
    const ask = async (path: string, body: string, headers: Record<string, string> = {}) => {
      const url = `${system.url}${path}`;
      const given = { authorization, 'content-type': 'application/json', ...headers };
      const response = await fetch(url, { method: 'POST', body, headers: given });
      printed.push(await response.text());
      return response.status;
    };
    const items = `/api/v1/vault/vaults/${vaultId}/items`;
    const bodies = [
      `{"name":${JSON.stringify(refused.value)}`,
      JSON.stringify({ name: 'x', fields: { token: refused.value } }),
      JSON.stringify({ name: 'x', fields: [{ key: refused.value, value: refused.value }] }),
      JSON.stringify({ name: 'x', fields: [{ key: 'a', type: refused.value, value: 'x' }] }),
      JSON.stringify({ name: 'x', fields: [{ key: 'a', value: `${refused.value}${'x'.repeat(30_000)}` }] }),
    ];
    for (const body of bodies) expect(await ask(items, body)).toBe(400);
    expect(await ask(items, refused.value, { 'content-type': 'text/plain' })).toBe(415);
    expect(await ask(items, '{}', { authorization: `Bearer sk_sesame_${wrongKey.value}` })).toBe(401);
    expect((await run(['vault', 'put', 'main', 'bad', '--object'], `{"${refused.value}`)).code).toBe(2);
    await Promise.all([
      done(['vault', 'items', 'main', '--json']),
      done(['vault', 'get', 'main', 'stdin', '--json']),
      done(['vault', 'audit', 'main', '--json']),
      done(['vault', 'leases', '--json']),
      done(['status', '--json']),
      done(['vault', 'root', 'rotate', '--json']),
    ]);

    // Out, to whom it is meant for.
    expect((await start(['vault', 'get', 'main', 'stdin', '--reason', 'a test']).said).stdout).toBe(`${stdin.value}\n`);
    const request = JSON.stringify({ protocolVersion: 1, provider: 'p', ids: ['main/object/password'] });
    expect((await start(['vault', 'resolve'], request).said).stdout).toContain(JSON.stringify(object.value));
    const ready = join(system.folder, 'ready');
    const script = `require('node:fs').writeFileSync(process.argv[1], String(process.pid)); setInterval(() => 0, 1000)`;
    const given = ['--item', 'TOKEN=main/file/value', '--fd', 'PASS=main/http/token'];
    const exec = start(['vault', 'exec', ...given, '--', process.execPath, '-e', script, ready, '{PASS}']);
    // The file is there before its text is.
    const pidIn = () => (existsSync(ready) ? Number(readFileSync(ready, 'utf8')) || undefined : undefined);
    const childPid = await until(pidIn, { what: 'the child of exec runs', withinMs: 30_000 });
    killAfterTest(childPid);

    // Nowhere else.
    const ownerKey = { name: 'owner key', value: readOwnerKey(system.paths) ?? '' };
    const rootKey = { name: 'root key', value: readFileSync(system.paths.vaultKey, 'utf8').trim() };
    const savedFile = savedKeyPath(system.paths, 'scout');
    const savedKey = { name: 'saved key', value: readFileSync(savedFile, 'utf8').trim() };
    const needles = needlesOf([...Object.values(canaries), agentKey, ownerKey, rootKey, savedKey]);
    const meant = [
      `${savedKey.name} in ${savedFile}`,
      `${ownerKey.name} in ${system.paths.ownerKey}`,
      `${rootKey.name} in ${system.paths.vaultKey}`,
    ].toSorted();
    /** In which file which of them is, in whatever form. */
    const inFiles = (): readonly string[] => {
      const { sightings, places } = searchFolder(system.paths.root, needles);
      expect(places).toBeGreaterThan(20);
      return [...new Set(sightings.map(({ where, canary: name }) => `${name} in ${where}`))].toSorted();
    };
    expect(inFiles()).toEqual(meant);
    expect(printed.length).toBeGreaterThan(30);
    expect(sightingsIn(Buffer.from(printed.join('\n')), 'what was printed', needles)).toEqual([]);

    const parts = system.partsUp.map((part) => system.pid(part) ?? 0);
    const all = processesBelow([system.launcherPid ?? 0, exec.pid ?? 0]);
    expect([parts.every((pid) => all.includes(pid)), all.includes(childPid), all.length >= 6]).toEqual([
      true,
      true,
      true,
    ]);
    const ours = searchProcesses(all, needles);
    const seen = new Set(ours.sightings.map(({ where, canary: name }) => `${name} in ${where}`));
    expect(ours.places).toBe(2 * all.length);
    expect([...seen].toSorted()).toEqual(
      [
        `file in environ of process ${childPid}`,
        `model in environ of process ${system.launcherPid}`,
        `model in environ of process ${system.pid('worker')}`,
      ].toSorted(),
    );
    exec.kill('SIGTERM');
    expect((await exec.said).code).toBe(143);

    // Nor after everything was killed, in what the log of the database still holds, nor in a backup of it.
    system.kill('all');
    const backup = join(system.paths.root, 'backup.db');
    const database = new DatabaseSync(system.paths.database);
    expect(inFiles()).toEqual(meant);
    database.exec(`VACUUM INTO '${backup}'`);
    expect(inFiles()).toEqual(meant);

    // One in each kind of place is found.
    const { value } = canaries.http;
    appendFileSync(join(system.paths.logs, 'server.log'), `a line ${Buffer.from(`x${value}`).toString('base64')}\n`);
    database.prepare('INSERT INTO workspaces (id, created_at) VALUES (?, 1)').run(JSON.stringify(value));
    const planted = [`http in ${system.paths.logs}/server.log`, `http in ${system.paths.database}-wal`];
    expect(inFiles()).toEqual([...meant, ...planted].toSorted());
    database.close();
    expect(inFiles()).toContain(`http in ${system.paths.database}`);
  },
);
