import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SmallDisk } from '@perdure/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  archiveHome,
  claimHome,
  copyFolder,
  entriesOf,
  removeHome,
  stateOfHome,
  unpackHome,
} from '../../src/home/index.ts';
import { sizeOf } from '../../src/host/size-of.ts';

/** Asked first, so that a test that cannot be run says so. */
const canMount = (() => {
  using disk = SmallDisk.mount(1);
  return disk !== undefined;
})();

function isOpen(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    return false;
  }
}

function openPlace() {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-home-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const home = join(folder, '.openclaw-scout');
  const of = { home, principalId: 'p-1' };
  return { folder, home, of, other: { home, principalId: 'p-2' }, archives: join(folder, 'archives') };
}

const namesIn = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();

describe('a home', () => {
  it('M3: is for this account alone, and known again by its mark', async () => {
    const { home, of, other, folder } = openPlace();
    expect(stateOfHome(of)).toBe('absent');
    await claimHome(of);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect([stateOfHome(of), stateOfHome(other)]).toEqual(['ours', 'strange']);
    writeFileSync(join(home, 'kept'), '1');
    await claimHome(of);
    expect(readdirSync(home)).toContain('kept');
    expect(readdirSync(folder)).toEqual(['.openclaw-scout']);
  });

  it.each<[string, (home: string, folder: string) => void]>([
    ['a folder of somebody', (home) => (mkdirSync(home), writeFileSync(join(home, 'theirs'), ''))],
    ['an empty folder', (home) => mkdirSync(home)],
    ['a file', (home) => writeFileSync(home, '')],
    [
      'a link to a folder with the mark in it',
      (home, folder) => {
        mkdirSync(join(folder, 'away'));
        writeFileSync(join(folder, 'away', '.perdure-gateway.json'), '{"principalId":"p-1"}');
        symlinkSync(join(folder, 'away'), home);
      },
    ],
    [
      'a mark that is a link',
      (home, folder) => {
        mkdirSync(home);
        writeFileSync(join(folder, 'mark'), '{"principalId":"p-1"}');
        symlinkSync(join(folder, 'mark'), join(home, '.perdure-gateway.json'));
      },
    ],
    ['a mark that says nothing', (home) => (mkdirSync(home), writeFileSync(join(home, '.perdure-gateway.json'), '[]'))],
  ])('is not made where there is %s, nor is that removed', async (_what, put) => {
    const { home, of, folder } = openPlace();
    put(home, folder);
    const before = namesIn(folder);
    await expect(claimHome(of)).rejects.toMatchObject({ code: 'conflict' });
    expect(await removeHome(of)).toBe(false);
    expect(namesIn(folder)).toEqual(before);
  });

  it('that comes to be while ours is being filled is left to whom it belongs', async () => {
    const { home, of, folder } = openPlace();
    const made = claimHome(of, async () => {
      mkdirSync(home);
      writeFileSync(join(home, 'theirs'), '');
    });
    await expect(made).rejects.toMatchObject({ code: 'conflict' });
    expect(namesIn(folder)).toEqual(['.openclaw-scout', '.openclaw-scout/theirs']);
  });

  it('that broke off half made or half removed leaves nothing', async () => {
    const { of, folder } = openPlace();
    mkdirSync(join(folder, '.perdure-new-p-1'));
    mkdirSync(join(folder, '.perdure-gone-p-1'));
    await claimHome(of);
    expect(await removeHome(of)).toBe(true);
    expect(await removeHome(of)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('below a folder that is not there is refused in a sentence', async () => {
    const { folder } = openPlace();
    const made = claimHome({ home: join(folder, 'no', 'home'), principalId: 'p-1' });
    await expect(made).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('folder above') as string,
    });
  });
});

describe('an archive', () => {
  it('holds nothing of a folder that has the name of secrets, nor what was to become them', async () => {
    const { home, of, archives, folder } = openPlace();
    await claimHome(of);
    mkdirSync(join(home, 'secrets.json'));
    writeFileSync(join(home, 'secrets.json', 'key'), 'canary');
    // Of a server that died while it wrote them.
    writeFileSync(join(home, '.secrets.json.0123456789abcdef.draft'), 'canary');
    const archive = await archiveHome({ home, folder: archives, name: 'scout-1', without: 'secrets.json' });
    const into = join(folder, 'back');
    mkdirSync(into);
    await unpackHome({ archive, principalId: 'p-1', into, home });
    expect(namesIn(into)).toEqual(['.perdure-gateway.json']);
  });

  it.runIf(process.platform === 'linux')(
    'of a file that is all holes takes no longer than one of no file',
    async () => {
      const { home, of, archives } = openPlace();
      await claimHome(of);
      writeFileSync(join(home, 'disk.img'), 'begun');
      truncateSync(join(home, 'disk.img'), 2 ** 40);
      const archive = await archiveHome({ home, folder: archives, name: 'scout-1', without: 'secrets.json' });
      expect(await entriesOf(archive)).toBe(2);
      expect([await sizeOf(home), statSync(archive).size].every((size) => size < 100_000)).toBe(true);
    },
  );

  it('holds all but secrets, for this account alone, and can be read back', async () => {
    const { home, of, folder, archives } = openPlace();
    await claimHome(of);
    mkdirSync(join(home, 'workspace', 'secrets.json'), { recursive: true });
    const odd = 'a "name"\nof * two lines';
    writeFileSync(join(home, 'workspace', odd), 'text');
    writeFileSync(join(home, 'secrets.json'), 'canary');
    symlinkSync('/etc/passwd', join(home, 'link'));
    // Of folders as well: nobody goes through them, neither out nor in circles.
    symlinkSync('/usr', join(home, 'far'));
    symlinkSync('..', join(home, 'workspace', 'round'));
    const server = createServer().listen(join(home, 'socket'));
    onTestFinished(() => void server.close());
    const path = await archiveHome({ home, folder: archives, name: 'scout-1', without: 'secrets.json' });
    expect([path, statSync(path).mode & 0o777, statSync(archives).mode & 0o777]).toEqual([
      join(archives, 'scout-1.tar.gz'),
      0o600,
      0o700,
    ]);
    expect(await entriesOf(path)).toBe(7);
    const back = join(folder, 'back');
    mkdirSync(back);
    expect(await unpackHome({ archive: path, principalId: 'p-1', into: back, home })).toBe(2);
    expect(readdirSync(back).toSorted()).toEqual(['.perdure-gateway.json', 'workspace']);
    expect(readFileSync(join(back, 'workspace', odd), 'utf8')).toBe('text');
    expect(readdirSync(archives)).toEqual(['scout-1.tar.gz']);
  });

  it('M4: that was cut off, or is none, is not taken for whole', async () => {
    const { home, of, folder, archives } = openPlace();
    await claimHome(of);
    writeFileSync(join(home, 'much'), Buffer.from(Array.from({ length: 100_000 }, (_one, at) => (at * 7919) % 251)));
    const path = await archiveHome({ home, folder: archives, name: 'a', without: 's' });
    truncateSync(path, Math.floor(statSync(path).size / 2));
    await expect(entriesOf(path)).rejects.toMatchObject({ code: 'storage_corrupt' });
    writeFileSync(path, 'no archive');
    const unpacked = unpackHome({ archive: path, principalId: 'p-1', into: folder, home });
    await expect(unpacked).rejects.toMatchObject({ code: 'storage_corrupt' });
    await expect(entriesOf(join(archives, 'b.tar.gz'))).rejects.toMatchObject({ code: 'not_found' });
  });

  it.runIf(canMount)('that found no room closes nothing that others have open', async () => {
    using disk = SmallDisk.mount(1) as SmallDisk;
    const { home } = openPlace();
    mkdirSync(home);
    writeFileSync(join(home, 'state.db'), randomBytes(3_000_000));
    for (let time = 0; time < 10; time += 1) {
      await expect(archiveHome({ home, folder: disk.folder, name: `a-${time}` })).rejects.toThrow('ENOSPC');
      // They are given the numbers that are free.
      const open = Array.from({ length: 30 }, () => openSync('/dev/null', 'r'));
      // What is under way behind our back is done by then.
      for (let turn = 0; turn < 20; turn += 1) await stat(home);
      expect(open.filter((fd) => !isOpen(fd))).toEqual([]);
      for (const fd of open) closeSync(fd);
    }
  });

  it('of a home that is not there leaves no file', async () => {
    const { home, archives } = openPlace();
    await expect(archiveHome({ home, folder: archives, name: 'a', without: 's' })).rejects.toMatchObject({
      code: 'internal',
    });
    expect(readdirSync(archives)).toEqual([]);
  });
});

it('what is copied into a home are the files that run, and no tests of them', () => {
  const { folder } = openPlace();
  const plugin = join(import.meta.dirname, '..', '..', '..', '..', 'plugins', 'openclaw');
  copyFolder(plugin, join(folder, 'extensions', 'sesame'));
  const copied = readdirSync(join(folder, 'extensions', 'sesame'), { recursive: true });
  expect(copied).toEqual(expect.arrayContaining(['index.js', 'openclaw.plugin.json', 'package.json', 'src/link.js']));
  expect(copied.filter((name) => String(name).startsWith('test'))).toEqual([]);
  expect(statSync(join(folder, 'extensions', 'sesame', 'index.js')).mode & 0o777).toBe(0o600);
});
