import { execFileSync } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { list, place, read, write, type Listing } from './files-support.ts';
import { dataOf, failureOf } from './support.ts';

describe('read-file', () => {
  it('returns the text and the size of a file', async () => {
    const { workspace } = await place();
    expect(await dataOf(read(workspace, 'notes/plan.md'))).toEqual({ text: 'the plan', size: 8 });
    expect(await dataOf(read(workspace, './notes//plan.md'))).toEqual({ text: 'the plan', size: 8 });
    expect(await dataOf(read(workspace, 'notes/plan.md', 4))).toEqual({ text: 'plan', size: 8 });
    expect(await dataOf(read(workspace, 'notes/plan.md', 8))).toEqual({ text: '', size: 8 });
  });

  it.each(['x', 'ä', '€', '🙂'])(
    'gives a long file of %s in pieces that put together are the file',
    async (character) => {
      const { workspace } = await place();
      const whole = `.${character.repeat(700_000)}`;
      await writeFile(join(workspace, 'long.txt'), whole);
      let text = '';
      for (let offset: number | undefined = 0; offset !== undefined;) {
        const piece: { text: string; nextOffset?: number } = await dataOf(read(workspace, 'long.txt', offset));
        expect(Buffer.byteLength(piece.text)).toBeLessThanOrEqual(1024 * 1024);
        text += piece.text;
        offset = piece.nextOffset;
      }
      expect(text === whole).toBe(true);
    },
  );

  it('says in words what cannot be read, without the path of the workspace', async () => {
    const { workspace } = await place();
    await writeFile(join(workspace, 'image.png'), Buffer.from([0x89, 0x50, 0xff]));
    execFileSync('mkfifo', [join(workspace, 'pipe')]);
    for (const [path, message] of [
      ['nothing.txt', /does not exist; `list-files` shows/],
      ['notes', /is a folder; list it/],
      ['image.png', /not UTF-8 text/],
      ['pipe', /neither a file nor a folder/],
      ['notes/plan.md/x', /a file, not a folder/],
      ['n'.repeat(300), /too long a name/],
    ] as const) {
      const failure = await failureOf(read(workspace, path));
      expect(failure).toMatch(message);
      expect(failure).not.toContain(workspace);
    }
    expect(await failureOf(read(workspace, 'notes/plan.md', 9))).toMatch(/fewer than the offset/);
  });
});

describe('write-file', () => {
  it('writes a file for this account alone, and makes the folders on its way', async () => {
    const { workspace } = await place();
    expect(await dataOf(write(workspace, 'a/b/c.txt', 'grün'))).toEqual({ path: 'a/b/c.txt', bytes: 5 });
    expect(await readFile(join(workspace, 'a/b/c.txt'), 'utf8')).toBe('grün');
    expect((await lstat(join(workspace, 'a/b/c.txt'))).mode & 0o777).toBe(0o600);
    expect((await lstat(join(workspace, 'a'))).mode & 0o777).toBe(0o700);
  });

  it('counts bytes, not characters, up to 1 MiB', async () => {
    const { workspace } = await place();
    const half = 512 * 1024;
    expect(await dataOf(write(workspace, 'a.txt', 'ü'.repeat(half)))).toMatchObject({ bytes: 2 * half });
    await expect(write(workspace, 'b.txt', 'ü'.repeat(half + 1))).rejects.toThrow('at most 1 MiB');
  });

  it('replaces a file as a whole: one that is open keeps its old text', async () => {
    const { workspace } = await place();
    const path = join(workspace, 'notes/plan.md');
    const before = await lstat(path);
    await dataOf(write(workspace, 'notes/plan.md', 'short'));
    expect(await readFile(path, 'utf8')).toBe('short');
    expect((await lstat(path)).ino).not.toBe(before.ino);
  });

  it('leaves nothing but the file, also where an attempt died before', async () => {
    const { workspace } = await place();
    await dataOf(write(workspace, 'once/a.txt'));
    expect(await readdir(join(workspace, 'once'))).toEqual(['a.txt']);
    // A folder in the place of the target makes the rename fail behind our look.
    const failing = await failureOf(write(workspace, 'notes/deep'));
    expect(failing).toMatch(/is a folder/);
    expect((await readdir(join(workspace, 'notes'))).toSorted()).toEqual(['deep', 'file-link', 'plan.md']);
  });

  it('writes the same when it is repeated with the same key', async () => {
    const { workspace } = await place();
    const first = await dataOf(write(workspace, 'a.txt', 'same'));
    expect(await dataOf(write(workspace, 'a.txt', 'same'))).toEqual(first);
  });

  it('leaves alone what is no plain file', async () => {
    const { workspace } = await place();
    execFileSync('mkfifo', [join(workspace, 'pipe')]);
    expect(await failureOf(write(workspace, 'pipe'))).toMatch(/no plain file/);
    expect(await failureOf(write(workspace, '.'))).toMatch(/the workspace itself/);
    expect((await lstat(join(workspace, 'pipe'))).isFIFO()).toBe(true);
  });
});

describe('list-files', () => {
  it('shows everything below in the order of the names, and links as links', async () => {
    const { workspace } = await place();
    expect(await dataOf(list(workspace))).toEqual({
      entries: [
        { path: 'dangling', type: 'link' },
        { path: 'link-in', type: 'link' },
        { path: 'link-out', type: 'link' },
        { path: 'loop', type: 'link' },
        { path: 'notes', type: 'folder' },
        { path: 'notes/deep', type: 'folder' },
        { path: 'notes/deep/a.txt', type: 'file', size: 4 },
        { path: 'notes/file-link', type: 'link' },
        { path: 'notes/plan.md', type: 'file', size: 8 },
      ],
      truncated: false,
    });
    expect((await dataOf<Listing>(list(workspace, 'notes/deep'))).entries).toEqual([
      { path: 'notes/deep/a.txt', type: 'file', size: 4 },
    ]);
  });

  it('shows a thousand entries at most, and says so', async () => {
    const { workspace } = await place();
    await mkdir(join(workspace, 'many'));
    await Promise.all(Array.from({ length: 1_001 }, (_, n) => writeFile(join(workspace, 'many', `${n}.txt`), '')));
    const { entries, truncated } = await dataOf<Listing>(list(workspace, 'many'));
    expect([entries.length, truncated]).toEqual([1_000, true]);
  });

  it('says in words what is no folder', async () => {
    const { workspace } = await place();
    expect(await failureOf(list(workspace, 'notes/plan.md'))).toMatch(/a file, not a folder/);
    expect(await failureOf(list(workspace, 'nothing'))).toMatch(/does not exist/);
  });
});
