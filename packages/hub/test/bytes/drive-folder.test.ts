import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { tempFolder } from '@perdure/testing/after-test';
import { describe, expect, it } from 'vitest';
import type { Written } from '../../src/core/drive/ports.ts';
import { openDriveFolder } from '../../src/bytes/drive-folder.ts';

function aFolder(keepFree = 0) {
  const folder = join(tempFolder(), 'drive');
  mkdirSync(folder, { mode: 0o700 });
  return { folder, bytes: openDriveFolder({ folder, newName: randomUUIDv7, keepFree }) };
}

/** Descriptors of this process that lead there. */
const openFiles = (folder: string): number =>
  readdirSync('/dev/fd').filter((fd) => {
    try {
      return readlinkSync(`/dev/fd/${fd}`).startsWith(folder);
    } catch {
      // That of the list itself.
      return false;
    }
  }).length;

async function* pieces(...some: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* some;
}

describe('the folder of the drive', () => {
  it.each([0, 1, 65_536, 300_000])('gives back %i bytes as they came, whole or a part of them', async (size) => {
    const { folder, bytes } = aFolder();
    const whole = randomBytes(size);
    const cut = Math.floor(size / 3);
    const taken = (await bytes.write(pieces(whole.subarray(0, cut), whole.subarray(cut)), size)) as Written;
    expect(taken).toMatchObject({ kind: 'written', size, sha256: createHash('sha256').update(whole).digest('hex') });
    expect(await bytes.sizeOf(taken.blob)).toBe(size);
    expect((await buffer(bytes.read(taken.blob, { from: 0, end: size }))).equals(whole)).toBe(true);
    const part = await buffer(bytes.read(taken.blob, { from: cut, end: Math.max(cut, size - 1) }));
    expect(part.equals(whole.subarray(cut, Math.max(cut, size - 1)))).toBe(true);
    expect(statSync(join(folder, taken.blob)).mode & 0o777).toBe(0o600);
    await bytes.remove(taken.blob);
    await bytes.remove(taken.blob);
    expect(readdirSync(folder)).toEqual([]);
    expect(await bytes.sizeOf(taken.blob)).toBeUndefined();
  });

  it('D1: keeps nothing of what is more than was said, or breaks off', async () => {
    const { folder, bytes } = aFolder();
    expect(await bytes.write(pieces(new Uint8Array(5), new Uint8Array(6)), 10)).toEqual({ kind: 'too-many' });
    const broken = (async function* () {
      yield new Uint8Array(5);
      throw new Error('gone');
    })();
    await expect(bytes.write(broken, 10)).rejects.toThrow('gone');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves room to all else, and says so before and while bytes come', async () => {
    const { folder, bytes } = aFolder(2 ** 60);
    expect(await bytes.hasRoom(1)).toBe(false);
    const much = pieces(...Array.from({ length: 20 }, () => new Uint8Array(2 ** 20)));
    await expect(bytes.write(much, 2 ** 30)).rejects.toMatchObject({ code: 'storage_full' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('opens nothing before the first piece is asked for, and closes what nobody reads to its end', async () => {
    const { folder, bytes } = aFolder();
    const { blob } = (await bytes.write(pieces(new Uint8Array(200_000)), 200_000)) as Written;
    const open = openSync(join(folder, blob), 'r');
    expect(openFiles(folder), 'an open one is seen').toBe(1);
    closeSync(open);
    for (let n = 0; n < 20; n += 1) {
      const reading = bytes.read(blob, { from: 0, end: 200_000 })[Symbol.asyncIterator]();
      if (n % 2 === 0) await reading.next();
      await reading.return?.();
    }
    bytes.read(blob, { from: 0, end: 200_000 });
    expect(openFiles(folder)).toBe(0);
  });

  it('D2: names what it has written, whole or not, and removes it when nobody has touched it for long', async () => {
    const { folder, bytes } = aFolder();
    const { blob } = (await bytes.write(pieces(new Uint8Array(1)), 1)) as Written;
    const draft = `.${randomUUIDv7()}.0123456789abcdef.draft`;
    writeFileSync(join(folder, draft), 'half');
    writeFileSync(join(folder, 'notes.txt'), 'of somebody');
    expect((await bytes.names()).toSorted()).toEqual([draft, blob].toSorted());
    await bytes.removeIfOlder(draft, Date.now() - 60_000);
    expect(readdirSync(folder)).toContain(draft);
    utimesSync(join(folder, draft), 1, 1);
    await bytes.removeIfOlder(draft, Date.now() - 60_000);
    await bytes.removeIfOlder('gone', Date.now());
    expect(readdirSync(folder).toSorted()).toEqual([blob, 'notes.txt'].toSorted());
  });

  it('neither writes nor lists nor reads through a link that somebody has put there', async () => {
    const { folder, bytes } = aFolder();
    const elsewhere = tempFolder();
    const name = randomUUIDv7();
    writeFileSync(join(elsewhere, name), 'secret');
    symlinkSync(join(elsewhere, name), join(folder, name));
    expect(await bytes.sizeOf(name)).toBeUndefined();
    await expect(buffer(bytes.read(name, { from: 0, end: 6 }))).rejects.toThrow();
    await bytes.remove(name);
    rmSync(folder, { recursive: true });
    symlinkSync(elsewhere, folder);
    expect(await bytes.names()).toEqual([]);
    await expect(bytes.write(pieces(new Uint8Array(1)), 1)).rejects.toMatchObject({ code: 'conflict' });
    expect(readFileSync(join(elsewhere, name), 'utf8')).toBe('secret');
    expect(readdirSync(elsewhere)).toEqual([name]);
  });

  it('says in a sentence that it is gone, or may not be written', async () => {
    const { folder, bytes } = aFolder();
    rmSync(folder, { recursive: true });
    await expect(bytes.write(pieces(new Uint8Array(1)), 1)).rejects.toMatchObject({ code: 'storage_read_only' });
    expect(await bytes.names()).toEqual([]);
  });
});
