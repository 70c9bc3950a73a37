/**
 * What another account of the machine can have of a state root at work: nothing, also where somebody has let it into
 * the folder itself. Asked by a process of that account, which only root can start.
 */

import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { geteuid, platform } from 'node:process';
import { saveKey } from '@perdure/home';
import { expect, test } from 'vitest';
import { System } from './system.ts';

/** `nobody`, everywhere. */
const stranger = { uid: 65_534, gid: 65_534 };

/** Says of each path which of reading, writing and entering it the asker may, by doing so. */
const script = `for path; do
  may=
  if [ -d "$path" ]; then
    ls -- "$path" >/dev/null 2>&1 && may=\${may}list,
    [ -w "$path" ] && may=\${may}write,
  else
    head -c 1 -- "$path" >/dev/null 2>&1 && may=\${may}read,
    [ -w "$path" ] && may=\${may}write,
  fi
  [ -n "$may" ] && printf '%s%s\\n' "$may" "$path"
done; :`;

function strangerMay(paths: readonly string[]): readonly string[] {
  const said = execFileSync('/bin/sh', ['-c', script, 'sh', ...paths], { ...stranger, cwd: '/', encoding: 'utf8' });
  return said.split('\n').filter((line) => line !== '');
}

const below = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).map(({ parentPath, name }) => join(parentPath, name));

const procFilesOf = (pids: readonly number[]): readonly string[] =>
  pids.flatMap((pid) => ['environ', 'mem', 'maps', 'auxv'].map((name) => `/proc/${pid}/${name}`));

test.runIf(platform === 'linux' && geteuid?.() === 0)(
  'another account reads nothing, writes nothing and reaches no socket, and nothing of the processes, in a folder that was opened to it',
  { timeout: 300_000 },
  async () => {
    await using system = await System.start();
    const { root } = system.paths;
    saveKey(system.paths, 'scout', `sk_sesame_${'k'.repeat(43)}`);
    await system.client.createVault({ body: { name: 'main', description: '' } });
    const pids = system.partsUp.map((part) => system.pid(part) ?? 0);
    expect(pids).toHaveLength(4);
    const open = join(system.folder, 'open');
    writeFileSync(open, 'x', { mode: 0o644 });
    chmodSync(system.folder, 0o755);
    // The asker can see what is open.
    expect(strangerMay([open, system.folder])).toEqual([`read,${open}`, `list,${system.folder}`]);

    const files = [root, ...below(root)];
    expect(files.length).toBeGreaterThan(20);
    expect(strangerMay(files)).toEqual([]);
    expect(strangerMay(procFilesOf([...pids, system.launcherPid ?? 0]))).toEqual([]);
    chmodSync(root, 0o755);
    const { database, vaultKey, ownerKey, keys, run, logs, engine, envFile } = system.paths;
    const holding = [
      database,
      `${database}-wal`,
      `${database}-shm`,
      vaultKey,
      ownerKey,
      keys,
      run,
      logs,
      engine,
      envFile,
    ];
    const secret = [...holding, ...[keys, run, logs, engine].flatMap(below)];
    expect(strangerMay(secret)).toEqual([]);
    expect(statSync(vaultKey).mode & 0o777).toBe(0o600);
  },
);

test(
  'a key of the vaults that is a link is not taken at the next start: the vaults are sealed, and all else works',
  { timeout: 300_000 },
  async () => {
    await using system = await System.start();
    await system.client.createVault({ body: { name: 'main', description: '' } });
    const { vaultKey } = system.paths;
    const planted = join(system.folder, 'planted');
    writeFileSync(planted, `${'A'.repeat(43)}\n`);
    system.kill('all');
    unlinkSync(vaultKey);
    symlinkSync(planted, vaultKey);
    await system.up();
    const { parts } = await system.client.health();
    expect(parts.vault).toMatchObject({
      status: 'degraded',
      detail: expect.stringContaining('leads to another place'),
    });
    const refused = system.client.createVault({ body: { name: 'other', description: '' } });
    await expect(refused).rejects.toThrow('leads to another place');
  },
);
