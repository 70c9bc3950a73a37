/** Archives that are not ours, or that somebody has made to look so: nothing outside of the home is touched. */

import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkArchive, unpackHome } from '../../src/home/index.ts';
import { walk } from '../../src/home/walk.ts';

interface Place {
  readonly folder: string;
  /** What is packed, with the mark of `p-1` in it. */
  readonly from: string;
  readonly home: string;
  readonly into: string;
  readonly archive: string;
}

function openPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-unpack-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [from, into] = [join(folder, 'from'), join(folder, 'ada', 'draft')];
  mkdirSync(from);
  mkdirSync(into, { recursive: true });
  writeFileSync(join(folder, 'victim'), 'theirs');
  writeFileSync(join(folder, 'ada', 'victim'), 'theirs');
  writeFileSync(join(from, '.perdure-gateway.json'), '{"principalId":"p-1"}');
  return { folder, from, into, home: join(folder, 'ada', '.openclaw-scout'), archive: join(folder, 'a.tar.gz') };
}

/** By words of `tar`, in its folder. */
function pack({ from, archive }: Place, words: readonly string[] = ['.']): void {
  const packed = spawnSync('tar', ['-P', '-czf', archive, '-C', from, ...words], { encoding: 'utf8' });
  if (packed.status !== 0) throw new Error(packed.stderr);
}

async function below(folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const { parentPath, name } of walk(folder)) paths.push(join(parentPath, name));
  return paths.toSorted();
}

/** All that is outside of the new home, and what is in the files. */
async function outside({ folder, into }: Place): Promise<readonly string[]> {
  const paths = (await below(folder)).filter((path) => !`${path}/`.startsWith(`${into}/`));
  return paths.map((path) => {
    const status = lstatSync(path);
    const { mode, nlink } = status;
    return status.isFile() ? `${path} ${mode} ${nlink} ${hash('sha256', readFileSync(path))}` : `${path} ${mode}`;
  });
}

/** An entry by which `tar` gives the next one a name of any length. */
function longName(length: number): Buffer {
  const head = Buffer.alloc(512);
  const field = (text: string, at: number) => head.write(text, at, 'latin1');
  field('././@LongLink', 0);
  field('0000644\0', 100);
  field(`${length.toString(8).padStart(11, '0')}\0`, 124);
  field('        ', 148);
  field('L', 156);
  field('ustar  \0', 257);
  field(
    `${head
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return Buffer.concat([head, Buffer.alloc(Math.ceil(length / 512) * 512, 'a')]);
}

const unpack = async (place: Place) => await unpackHome({ ...place, principalId: 'p-1' });

/** With what `tar` is told to pack. Each is refused, whole. */
const strange: readonly (readonly [string, (place: Place) => readonly string[] | undefined, RegExp])[] = [
  [
    'of another agent',
    ({ from }) => (writeFileSync(join(from, '.perdure-gateway.json'), '{"principalId":"p-2"}'), undefined),
    /it is of another agent/,
  ],
  ['without a mark', ({ from }) => (rmSync(join(from, '.perdure-gateway.json')), undefined), /no mark of ours/],
  [
    'with a mark that is too long',
    ({ from }) => {
      writeFileSync(join(from, '.perdure-gateway.json'), `{"principalId":"p-1"}${' '.repeat(100_000)}`);
      return undefined;
    },
    /no mark of ours/,
  ],
  [
    'with a mark that is a link',
    ({ from, folder }) => {
      rmSync(join(from, '.perdure-gateway.json'));
      writeFileSync(join(folder, 'mark'), '{"principalId":"p-1"}');
      symlinkSync(join(folder, 'mark'), join(from, '.perdure-gateway.json'));
      return undefined;
    },
    /no mark of ours/,
  ],
  [
    'with two marks',
    ({ folder }) => {
      mkdirSync(join(folder, 'more'));
      writeFileSync(join(folder, 'more', '.perdure-gateway.json'), '{"principalId":"p-2"}');
      return ['.', '-C', join(folder, 'more'), './.perdure-gateway.json'];
    },
    /no mark of ours/,
  ],
  [
    'with a name that goes up',
    ({ from }) => (writeFileSync(join(from, '..', 'new'), ''), ['.', '../new']),
    /lie outside/,
  ],
  ['with a name from the root', ({ folder }) => ['.', join(folder, 'victim')], /lie outside/],
];

describe('an archive', () => {
  it.each(strange)('%s is refused before anything is unpacked', async (_what, change, why) => {
    const place = openPlace();
    pack(place, change(place));
    const before = await outside(place);
    const refused = { code: 'conflict', message: expect.stringMatching(why) as string };
    await expect(checkArchive({ archive: place.archive, principalId: 'p-1' })).rejects.toMatchObject(refused);
    await expect(unpack(place)).rejects.toMatchObject(refused);
    expect(await outside(place)).toEqual(before);
    expect(readdirSync(place.into)).toEqual([]);
  });

  it('with a name longer than any is refused, however much longer: nobody holds all of it', async () => {
    const place = openPlace();
    pack(place);
    writeFileSync(
      place.archive,
      gzipSync(Buffer.concat([longName(1_000_000), gunzipSync(readFileSync(place.archive))])),
    );
    const refused = { code: 'conflict', message: expect.stringMatching(/lie outside/) as string };
    await expect(checkArchive({ archive: place.archive, principalId: 'p-1' })).rejects.toMatchObject(refused);
  });

  it('that was cut off anywhere is refused as not whole', async () => {
    const place = openPlace();
    writeFileSync(
      join(place.from, 'much'),
      Buffer.from(Array.from({ length: 50_000 }, (_one, at) => (at * 7919) % 251)),
    );
    pack(place);
    const { size } = statSync(place.archive);
    for (const left of [0, 1, 100, Math.floor(size / 2), size - 9, size - 1]) {
      const cut = join(place.folder, `cut-${left}.tar.gz`);
      copyFileSync(place.archive, cut);
      truncateSync(cut, left);
      const checked = checkArchive({ archive: cut, principalId: 'p-1' });
      await expect(checked, String(left)).rejects.toMatchObject({ code: 'storage_corrupt' });
    }
  });

  it('of which one byte is another is refused as not whole', async () => {
    const place = openPlace();
    writeFileSync(
      join(place.from, 'much'),
      Buffer.from(Array.from({ length: 50_000 }, (_one, at) => (at * 7919) % 251)),
    );
    pack(place);
    const bytes = readFileSync(place.archive);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    writeFileSync(place.archive, bytes);
    await expect(unpack(place)).rejects.toMatchObject({ code: 'storage_corrupt' });
  });

  it('loses links that lead out and what is no file, and keeps those that stay inside', async () => {
    const place = openPlace();
    const { from, home, folder, into } = place;
    mkdirSync(join(from, 'workspace', 'deep'), { recursive: true });
    writeFileSync(join(from, 'workspace', 'note'), 'text');
    const links: readonly (readonly [string, string, boolean])[] = [
      ['extensions', join(folder, 'ada'), false],
      ['logs', '..', false],
      ['up', '../victim', false],
      ['root', '/', false],
      ['absolute', `${home}/workspace/note`, true],
      ['absolute-up', `${home}/../victim`, false],
      ['rival', `${home}-2`, false],
      ['note', 'workspace/note', true],
      ['missing', 'workspace/missing', true],
      ['workspace/deep/up', '../../note', true],
      ['workspace/deep/far', '../../../victim', false],
      // Goes through another link: `top` is inside, and what is above its end is not.
      ['workspace/top', '..', true],
      ['workspace/through', 'top/../victim', false],
    ];
    for (const [name, target] of links) symlinkSync(target, join(from, name));
    spawnSync('mkfifo', [join(from, 'pipe')]);
    pack(place);
    const before = await outside(place);
    expect(await unpack(place)).toBe(links.filter(([, , stays]) => !stays).length + 1);
    const left = (await below(into)).map((path) => relative(into, path));
    expect(left).toEqual(expect.arrayContaining(links.filter(([, , stays]) => stays).map(([name]) => name)));
    expect(left).toHaveLength(4 + links.filter(([, , stays]) => stays).length);
    expect(readFileSync(join(into, 'note'), 'utf8')).toBe('text');
    expect(statSync(into).mode & 0o777).toBe(0o700);
    expect(await outside(place)).toEqual(before);
  });

  it('that brings a file under the name of a link it has brought before writes nothing where that leads', async () => {
    const place = openPlace();
    const { from, folder } = place;
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    mkdirSync(first);
    mkdirSync(join(second, 'away'), { recursive: true });
    symlinkSync(join(folder, 'ada'), join(first, 'away'));
    writeFileSync(join(second, 'away', 'victim'), 'planted');
    pack(place, ['./.perdure-gateway.json', '-C', first, './away', '-C', second, './away/victim']);
    const before = await outside(place);
    expect(readdirSync(from)).toEqual(['.perdure-gateway.json']);
    await unpack(place).catch(() => undefined);
    expect(await outside(place)).toEqual(before);
  });

  it('with a hard link to a file outside makes none', async () => {
    const place = openPlace();
    const { folder, from } = place;
    // Packed from where both are, and then without the first: what is left is a link to what is not there.
    linkSync(join(folder, 'ada', 'victim'), join(from, 'hard'));
    const words = ['./.perdure-gateway.json', '../ada/victim', './hard'];
    pack(place, words);
    rmSync(join(from, 'hard'));
    const before = await outside(place);
    await expect(unpack(place)).rejects.toMatchObject({ code: 'conflict' });
    // The same with a path that looks as if it were inside.
    const named = ['--transform=s,^\\.\\./ada/victim$,./gone,RH', ...words];
    linkSync(join(folder, 'ada', 'victim'), join(from, 'hard'));
    pack(place, named);
    rmSync(join(from, 'hard'));
    await expect(unpack(place)).rejects.toMatchObject({ code: expect.stringMatching(/conflict|corrupt/) as string });
    expect(await outside(place)).toEqual(before);
  });
});

it('an archive that unpacks into more than the disk has room for is refused before anything is unpacked', async () => {
  const place = openPlace();
  const { from, archive, into, home } = place;
  writeFileSync(join(from, 'zeros'), Buffer.alloc(20 * 1024 * 1024));
  pack(place);
  expect(statSync(archive).size).toBeLessThan(100_000);
  const spare = 256 * 1024 * 1024;
  const unpack = async (room: number) =>
    await unpackHome({ archive, principalId: 'p-1', into, home, freeBytes: async () => spare + room });
  await expect(unpack(10_000_000)).rejects.toMatchObject({
    code: 'storage_full',
    message: expect.stringContaining('(10 MB): make room'),
  });
  expect(readdirSync(into)).toEqual([]);
  expect(await unpack(30_000_000)).toBe(0);
  expect(readdirSync(into)).toContain('zeros');
});
