/** Files of the hub on a disk that is full: told in words, nothing half is kept, and on as soon as there is room. */

import { randomUUIDv7 } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDriveFolder } from '@perdure/hub/bytes';
import { SmallDisk } from '@perdure/testing';
import { expect, test } from 'vitest';

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n += 1) yield new Uint8Array(65_536);
}

test('a file that finds the disk full is refused in words and leaves nothing, and is taken once there is room', async (ctx) => {
  using disk = SmallDisk.mount(8);
  ctx.skip(disk === undefined, 'needs an account that may mount a disk (root on Linux)');
  if (disk === undefined) return;
  const folder = join(disk.folder, 'drive');
  mkdirSync(folder, { mode: 0o700 });
  const bytes = openDriveFolder({ folder, newName: randomUUIDv7, keepFree: 0 });
  expect(await bytes.hasRoom(16 * 2 ** 20)).toBe(false);
  await expect(bytes.write(pieces(200), 2 ** 30)).rejects.toMatchObject({ code: 'storage_full' });
  expect(readdirSync(folder)).toEqual([]);
  disk.fill();
  await expect(bytes.write(pieces(1), 2 ** 30)).rejects.toMatchObject({ code: 'storage_full' });
  expect(readdirSync(folder)).toEqual([]);
  disk.free();
  expect(await bytes.write(pieces(20), 2 ** 30)).toMatchObject({ kind: 'written', size: 20 * 65_536 });
});
