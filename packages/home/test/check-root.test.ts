import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { adoptRoot, checkDefinitionFolders, checkRoot, clearHold, ensureHome, lookAtRoot } from '../src/index.ts';
import { homePaths, identityOf, makeFolder, readStamp, removeInstance, writeInstance } from '../src/index.ts';
import type { HomePaths } from '../src/index.ts';
import { tempFolder } from './temp.ts';

const anInstance = {
  port: 1,
  workerPort: 2,
  url: 'http://127.0.0.1:1',
  version: '0.1.0',
  project: '/p',
  model: { kind: 'demo', id: 'demo-model' },
  processes: {},
} as const;

/** A state root, and a copy of it as `cp -a` makes one. */
function rootAndCopy(): { readonly paths: HomePaths; readonly copy: HomePaths } {
  const folder = tempFolder();
  const paths = ensureHome(join(folder, 'state'));
  writeFileSync(paths.ownerKey, 'sk_perdure_x\n');
  writeFileSync(paths.instance, '{}');
  writeFileSync(join(paths.engine, 'data'), 'wakes');
  cpSync(paths.root, join(folder, 'copy'), { recursive: true, preserveTimestamps: true });
  return { paths, copy: homePaths(join(folder, 'copy')) };
}

test('a root that is made is ours from then on, and two that make it at the same time make one', () => {
  const root = join(tempFolder(), 'state');
  expect(lookAtRoot(root).kind).toBe('new');
  const { id } = readStamp(ensureHome(root)) ?? {};
  expect(id).toBeDefined();
  expect(readStamp(ensureHome(root))?.id).toBe(id);
  expect(checkRoot(root).kind).toBe('ours');
  expect(statSync(homePaths(root).stamp).mode & 0o777).toBe(0o600);
});

test('a disk that is mounted for it alone is an empty root, whatever mkfs has left on it', () => {
  const root = tempFolder();
  mkdirSync(join(root, 'lost+found'), { mode: 0o700 });
  expect(lookAtRoot(root).kind).toBe('new');
  expect(readStamp(ensureHome(root))).toBeDefined();
});

test('looking makes nothing', () => {
  const root = join(tempFolder(), 'state');
  checkRoot(root);
  expect(existsSync(root)).toBe(false);
});

test('a root that was moved goes on, keeps its id, and is stamped with its new path', () => {
  const folder = tempFolder();
  const { id } = readStamp(ensureHome(join(folder, 'a'))) ?? {};
  renameSync(join(folder, 'a'), join(folder, 'b'));
  expect(lookAtRoot(join(folder, 'b')).kind).toBe('moved');
  const paths = ensureHome(join(folder, 'b'));
  expect(readStamp(paths)).toMatchObject({ id, path: join(folder, 'b') });
  expect(lookAtRoot(paths.root).kind).toBe('ours');
});

test('a link to a root is the root', () => {
  const folder = tempFolder();
  ensureHome(join(folder, 'state'));
  symlinkSync(join(folder, 'state'), join(folder, 'link'));
  expect(lookAtRoot(join(folder, 'link')).kind).toBe('ours');
});

test('a copy that takes over makes a copy of the original, so that both never go on with the same runs', () => {
  const { paths, copy } = rootAndCopy();
  writeInstance(paths, { ...identityOf(process.pid)!, ...anInstance });
  expect(() => adoptRoot(copy.root, 'take_over')).toThrow(`stop it with \`perdure down --home ${paths.root}\``);
  expect(lookAtRoot(paths.root).kind).toBe('ours');
  removeInstance(paths);
  expect(adoptRoot(copy.root, 'take_over')).toBe(true);
  expect(lookAtRoot(copy.root).kind).toBe('ours');
  expect(lookAtRoot(paths.root)).toMatchObject({ kind: 'copy', isOriginalThere: true });
  expect(adoptRoot(paths.root, 'take_over'), 'and back').toBe(true);
  expect([lookAtRoot(paths.root).kind, lookAtRoot(copy.root).kind]).toEqual(['ours', 'copy']);
});

test('a copy is refused, whether or not the original is still there, and nothing in it is changed', () => {
  const { paths, copy } = rootAndCopy();
  expect(lookAtRoot(copy.root)).toMatchObject({ kind: 'copy', isOriginalThere: true });
  expect(() => ensureHome(copy.root)).toThrow(/is a copy of .*which is still there/);
  rmSync(paths.root, { recursive: true });
  expect(lookAtRoot(copy.root)).toMatchObject({ kind: 'copy', isOriginalThere: false });
  expect(readFileSync(copy.instance, 'utf8')).toBe('{}');
  renameSync(copy.root, paths.root);
  expect(lookAtRoot(paths.root).kind).toBe('copy');
});

test('a copy that takes over keeps id and key; what it said of processes and the data of the engine go', () => {
  const { paths, copy } = rootAndCopy();
  expect(adoptRoot(copy.root, 'take_over')).toBe(true);
  expect(readStamp(copy)).toMatchObject({ id: readStamp(paths)?.id, hold: 'take_over', path: copy.root });
  expect(readdirSync(copy.run)).toEqual(['owner-key']);
  expect(existsSync(copy.engine)).toBe(false);
  expect(lookAtRoot(ensureHome(copy.root).root).kind).toBe('ours');
  expect(existsSync(join(paths.engine, 'data')) && existsSync(paths.instance)).toBe(true);
  clearHold(copy);
  expect(readStamp(copy)?.hold).toBeUndefined();
  expect(adoptRoot(copy.root, 'take_over')).toBe(false);
});

test('a copy that becomes another root has another id, and no key that somebody else may know', () => {
  const { paths, copy } = rootAndCopy();
  adoptRoot(copy.root, 'copy');
  expect(readStamp(copy)?.id).not.toBe(readStamp(paths)?.id);
  expect(readStamp(copy)?.hold).toBe('copy');
  expect(readdirSync(copy.run)).toEqual([]);
});

test.each(['take_over', 'copy', 'trust'] as const)('the key of the vaults stays with them (%s)', (as) => {
  const { copy } = rootAndCopy();
  writeFileSync(copy.vaultKey, 'a key of vaults\n');
  expect(adoptRoot(copy.root, as)).toBe(true);
  expect(readFileSync(copy.vaultKey, 'utf8')).toBe('a key of vaults\n');
});

test('a root that a repository brings is refused until it is trusted, whatever stamp it brings along', () => {
  const root = join(tempFolder(), '.perdure');
  mkdirSync(root);
  writeFileSync(join(root, 'perdure.db'), 'tasks of somebody');
  expect(() => ensureHome(root)).toThrow(/was not made a state root by this account on this machine.*`perdure trust/);
  expect(() => adoptRoot(root, 'take_over')).toThrow(/`perdure trust/);
  for (const stamp of ['no stamp', '{}', '{"id":"x","account":0,"path":"/","inode":12}']) {
    writeFileSync(join(root, 'stamp.json'), stamp);
    expect(lookAtRoot(root).kind).toBe('unknown');
  }
  chmodSync(root, 0o755);
  expect(adoptRoot(root, 'trust')).toBe(true);
  expect(statSync(root).mode & 0o777).toBe(0o700);
  expect(readStamp(ensureHome(root))?.hold).toBe('trust');
});

test('a root that a stranger filled with links is not adopted', () => {
  const folder = tempFolder();
  const root = join(folder, '.perdure');
  mkdirSync(root);
  writeFileSync(join(root, 'perdure.db'), '');
  symlinkSync(folder, join(root, 'logs'));
  expect(() => adoptRoot(root, 'trust')).toThrow(/logs leads to another place/);
});

test('a folder of other things is neither made nor adopted', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'letter'), '');
  expect(() => ensureHome(folder)).toThrow(/holds other files and is no state root/);
  expect(() => adoptRoot(folder, 'trust')).toThrow(/holds other files and is no state root/);
  expect(readdirSync(folder)).toEqual(['letter']);
});

test('a root that others may write in is refused and not closed in silence', () => {
  const { root } = ensureHome(join(tempFolder(), 'state'));
  chmodSync(root, 0o777);
  expect(() => ensureHome(root)).toThrow(/Other accounts may write/);
  expect(statSync(root).mode & 0o777).toBe(0o777);
});

/** Giving a folder to another account takes root. */
const isRoot = process.geteuid?.() === 0;

test.skipIf(!isRoot)('what another account owns is refused, by root too, and nothing is made in it', () => {
  const folder = tempFolder();
  chownSync(folder, 65_534, 65_534);
  expect(() => ensureHome(folder)).toThrow(/belongs to another account \(user 65534; this is user 0\)/);
  expect(readdirSync(folder)).toEqual([]);
  const { root, config } = ensureHome(join(tempFolder(), 'state'));
  writeFileSync(config, '');
  chownSync(config, 65_534, 65_534);
  expect(() => checkRoot(root)).toThrow(/perdure\.config\.yaml, in the state root .*, belongs to another account/);
  mkdirSync(join(folder, 'tools'));
  expect(() => checkDefinitionFolders(folder)).toThrow(/no agent, pipeline or tool of this project was loaded/);
});

test('a folder is made with those above it, and where none can be made that is told instead of tried for ever', () => {
  const deep = join(tempFolder(), 'a', 'b', 'c');
  makeFolder(deep, 0o700);
  makeFolder(deep);
  expect(statSync(deep).isDirectory()).toBe(true);
  if (process.platform !== 'linux') return;
  expect(() => ensureHome('/proc/nope/state')).toThrow(/no folder can be made there: choose another one with --home/);
});
