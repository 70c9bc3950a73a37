import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { homePaths, readStamp } from '@perdure/home';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aTask, createTaskPlace, type Data, type TaskPlace } from '../tasks/task-cli.ts';

interface BackupPlace extends TaskPlace {
  readonly into: string;
  readonly restored: string;
  backup(...flags: readonly string[]): Promise<Data>;
  restore(): ReturnType<TaskPlace['perdure']>;
}

function createBackupPlace(): BackupPlace {
  const place = createTaskPlace();
  const into = join(place.folder, 'monday');
  const restored = join(place.folder, 'restored');
  return Object.assign(place, {
    into,
    restored,
    async backup(...flags: readonly string[]) {
      const { code, stdout, stderr } = await place.perdure(['backup', into, '--json', ...flags]);
      if (code !== 0) throw new Error(`ended with ${code}: ${stderr}`);
      return (JSON.parse(stdout) as { readonly data: Data }).data;
    },
    restore: () => place.perdure(['restore', into, '--home', restored]),
  });
}

function put(root: string, path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const beside = (place: BackupPlace) =>
  readdirSync(place.folder)
    .filter((name) => name !== '.perdure')
    .toSorted();

describe('a backup', () => {
  test('holds what cannot be made anew, and is read by nobody else', async () => {
    const place = createBackupPlace();
    await aTask(place);
    const { root } = place.paths;
    const keys = ['run/vault-key', 'run/vault-key.next'];
    const kept = ['.env', 'drive/ab/one', 'perdure.config.yaml', ...keys, 'tasks/archive/old.jsonl'];
    for (const path of kept) put(root, path, `of ${path}`);
    for (const path of ['run/owner-key', 'run/keys/ada', 'logs/reports.log', 'drive/.x.1.draft', 'leases/x.json']) {
      put(root, path, 'not this');
    }
    symlinkSync('/etc/passwd', join(root, 'drive/link'));
    const { files, vault_key: key, origin } = await place.backup();
    expect((files as { path: string }[]).map(({ path }) => path).toSorted()).toEqual(
      ['perdure.db', ...kept].toSorted(),
    );
    for (const path of kept) expect(readFileSync(join(place.into, path), 'utf8')).toBe(`of ${path}`);
    expect([key, origin.path]).toEqual(['included', root]);
    const entries = readdirSync(place.into, { recursive: true, withFileTypes: true });
    const modes = entries.map((entry) => statSync(join(entry.parentPath, entry.name)).mode & 0o077);
    expect(new Set([statSync(place.into).mode & 0o077, ...modes])).toEqual(new Set([0]));
  });

  test('has what was acknowledged before it while others go on writing', async () => {
    const place = createBackupPlace();
    const lease = await aTask(place);
    const env = { PERDURE_LEASE: lease };
    const write = (n: number) => place.task(['progress', 'ship', `report ${n}`], { env });
    for (let n = 0; n < 5; n += 1) expect((await write(n)).code).toBe(0);
    const [made, ...written] = await Promise.all([place.backup(), ...[5, 6, 7, 8].map(write)]);
    expect([made.files.length, written.map(({ code }) => code)]).toEqual([1, [0, 0, 0, 0]]);
    expect((await place.restore()).code).toBe(0);
    const { stdout } = await place.task(['recent', 'ship', '--home', place.restored]);
    for (let n = 0; n < 5; n += 1) expect(stdout).toContain(`report ${n}`);
    expect((await place.task(['rebuild', '--all', '--home', place.restored])).code).toBe(0);
  });

  test('is without the key of the vaults where that was asked for, and says what that means', async () => {
    const place = createBackupPlace();
    await aTask(place);
    put(place.paths.root, 'run/vault-key', 'a canary');
    put(place.paths.root, 'run/vault-key.next', 'another');
    const { stdout } = await place.perdure(['backup', place.into, '--without-vault-key']);
    expect(stdout).toContain('keep a copy of run/vault-key elsewhere');
    expect(existsSync(join(place.into, 'run'))).toBe(false);
    expect((await place.restore()).stdout).toContain(`put it at ${place.restored}/run/vault-key`);
  });

  test.each([
    ['something is there', (place: BackupPlace) => put(place.into, 'mine', 'x'), 8, 'There is something at'],
    ['there is no record', (place: BackupPlace) => rmSync(place.paths.database), 7, 'no record at'],
    [
      'the record is damaged',
      (place: BackupPlace) => writeFileSync(place.paths.database, 'x'.repeat(9000)),
      10,
      'is damaged',
    ],
  ])('is refused where %s, and leaves nothing', async (_, prepare, code, words) => {
    const place = createBackupPlace();
    await aTask(place);
    prepare(place);
    const refused = await place.perdure(['backup', place.into, '--home', place.paths.root]);
    expect([refused.code, refused.stderr]).toEqual([code, expect.stringContaining(words)]);
    expect(beside(place).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  test('is refused where the folder above it is missing, which may be a disk that is not there', async () => {
    const place = createBackupPlace();
    await aTask(place);
    const { code, stderr } = await place.perdure(['backup', join(place.folder, 'usb/monday')]);
    expect([code, stderr]).toEqual([7, expect.stringContaining('mount its disk')]);
    expect(beside(place)).toEqual([]);
  });

  test('is refused within the state root itself, also by way of a link', async () => {
    const place = createBackupPlace();
    await aTask(place);
    symlinkSync(place.paths.workspaces, join(place.folder, 'link'));
    for (const into of [join(place.paths.root, 'b'), join(place.folder, 'link/b')]) {
      const { code, stderr } = await place.perdure(['backup', into]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('lies in the state root')]);
    }
  });

  test('that a kill cut short is none, and the next one to its place removes what it left', async () => {
    const place = createBackupPlace();
    await aTask(place);
    const left = `${place.into}.unfinished-999999999`;
    put(left, 'perdure.db', 'half');
    expect((await place.perdure(['restore', left, '--home', place.restored])).stderr).toContain('no finished backup');
    await place.backup();
    expect(beside(place)).toEqual(['monday']);
  });
});

async function backedUp(): Promise<BackupPlace> {
  const place = createBackupPlace();
  onTestFinished(() => rmSync(place.folder, { recursive: true, force: true }));
  await aTask(place);
  put(place.paths.root, 'drive/one', 'bytes');
  await place.backup();
  return place;
}

const listOf = (place: BackupPlace) => join(place.into, 'backup.json');
const edited = (place: BackupPlace, from: string, to: string) =>
  writeFileSync(listOf(place), readFileSync(listOf(place), 'utf8').replace(from, to));

function linked(place: BackupPlace): void {
  put(place.folder, 'elsewhere', 'bytes');
  rmSync(join(place.into, 'drive/one'));
  symlinkSync(join(place.folder, 'elsewhere'), join(place.into, 'drive/one'));
}

describe('a restore', () => {
  test('makes a root of its own of it, which owes the next start to hold what was unfinished', async () => {
    const place = await backedUp();
    put(place.restored, '.gitignore', '*\n');
    expect((await place.restore()).code).toBe(0);
    const paths = homePaths(place.restored);
    expect(readStamp(paths)).toMatchObject({ path: place.restored, hold: 'trust' });
    expect(readStamp(paths)?.id).not.toBe(readStamp(place.paths)?.id);
    expect(statSync(place.restored).mode & 0o777).toBe(0o700);
    expect([readFileSync(join(place.restored, 'drive/one'), 'utf8'), existsSync(paths.ownerKey)]).toEqual([
      'bytes',
      false,
    ]);
    expect(readFileSync(join(place.restored, '.gitignore'), 'utf8')).toBe('*\n');
    expect((await place.task(['list', '--home', place.restored])).stdout).toContain('ship');
    expect(beside(place)).toEqual(['monday', 'restored']);
  });

  test('is refused where a state root lies, which stays as it is', async () => {
    const place = await backedUp();
    const before = readFileSync(place.paths.stamp, 'utf8');
    const { code, stderr } = await place.perdure(['restore', place.into]);
    expect([code, stderr]).toEqual([8, expect.stringContaining('There is a state root at')]);
    expect(readFileSync(place.paths.stamp, 'utf8')).toBe(before);
    expect(beside(place)).toEqual(['monday']);
  });

  test.each([
    [
      'a byte is another',
      (place: BackupPlace) => put(place.into, 'drive/one', 'Bytes'),
      8,
      'is not as it was backed up',
    ],
    ['a file is missing', (place: BackupPlace) => rmSync(join(place.into, 'drive/one')), 8, 'is missing'],
    ['its list is missing', (place: BackupPlace) => rmSync(listOf(place)), 7, 'no finished backup'],
    ['its list is torn', (place: BackupPlace) => writeFileSync(listOf(place), '{"format":1,'), 2, 'is not what'],
    [
      'its list is of a later format',
      (place: BackupPlace) => edited(place, '"format": 1', '"format": 2'),
      2,
      'is not what',
    ],
    [
      'its list leads out of it',
      (place: BackupPlace) => edited(place, 'drive/one', 'drive/../../one'),
      2,
      'is not what',
    ],
    ['its list names our stamp', (place: BackupPlace) => edited(place, 'drive/one', 'stamp.json'), 2, 'is not what'],
    ['a file is a link', (place: BackupPlace) => linked(place), 8, 'is missing'],
  ])('is refused where %s, and leaves nothing', async (_, spoil, code, words) => {
    const place = await backedUp();
    spoil(place);
    const refused = await place.restore();
    expect([refused.code, refused.stderr]).toEqual([code, expect.stringContaining(words)]);
    expect(beside(place).filter((name) => name.startsWith('restored'))).toEqual([]);
  });
});

test('archives of agents are told of, and come back with a backup that holds them', async () => {
  const place = createBackupPlace();
  await aTask(place);
  put(place.paths.root, 'archives/scout-20260131-235959.tar.gz', 'of scout');
  const { stdout } = await place.perdure(['backup', `${place.into}-first`]);
  expect(stdout).toContain('Without 1 archive of agents, 8 bytes, in ');
  expect(await place.backup('--with-archives')).toMatchObject({ archives: { files: 1, bytes: 8, isIncluded: true } });
  expect((await place.restore()).code).toBe(0);
  const restored = join(place.restored, 'archives', 'scout-20260131-235959.tar.gz');
  expect([readFileSync(restored, 'utf8'), statSync(restored).mode & 0o777]).toEqual(['of scout', 0o600]);
});
