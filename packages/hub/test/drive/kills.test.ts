/** Whoever takes files is killed by SIGKILL at any moment, over and over. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { seededRandom } from '@perdure/testing';
import { killAfterTest, tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { sweepDrive } from '../../src/desk/sweep-drive.ts';
import { openDriveWorld } from './drive-world.ts';

const kills = 8;
const day = 86_400_000;

/** What it had said when it was killed, `afterMs` behind line `count`. */
async function killAfter(root: string, count: number, afterMs: number): Promise<readonly string[]> {
  const file = join(import.meta.dirname, 'fixtures/mortal-uploader.ts');
  const child = spawn(process.execPath, [file, root], { stdio: ['ignore', 'pipe', 'inherit'] });
  killAfterTest(child.pid);
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    // Between two lines it says nothing: the moment of the kill is as far behind this one as is drawn.
    if (lines.length === count) setTimeout(() => child.kill('SIGKILL'), afterMs);
  }
  return lines;
}

test('D1, D2: a kill loses no file that was acknowledged, and what it leaves behind is swept away, and nothing else', async () => {
  const root = tempFolder();
  const random = seededRandom(13);
  const said: string[] = [];
  for (let n = 0; n < kills; n += 1) {
    said.push(...(await killAfter(root, 1 + Math.floor(random() * 40), random() * 8)));
  }

  const { deps, database, owner, folder, time } = await openDriveWorld(root);
  onTestFinished(() => database.close());
  const ofKind = (kind: string) =>
    said.filter((line) => line.startsWith(`${kind} `)).map((line) => line.split(' ').slice(1) as [string, string]);
  const hashes = new Map(ofKind('up'));
  const deleting = new Set(ofKind('deleting').map(([id]) => id));
  const mustBe = ofKind('registered').filter(([id]) => !deleting.has(id));
  expect(mustBe.length).toBeGreaterThan(kills * 3);

  const whole = async () => {
    for (const [id] of mustBe) {
      const file = await deps.drive.find(id);
      expect(file?.state).toBe('registered');
      const bytes = readFileSync(join(folder, (file as { blob: string }).blob));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(hashes.get(id));
    }
  };
  await whole();
  const left = readdirSync(folder).length - (await deps.drive.blobs()).size;
  expect(left, 'the kills have left something').toBeGreaterThan(0);
  // Even before a day is over nothing that is known is missing.
  time.shiftMs = day / 2;
  await sweepDrive(deps);
  time.shiftMs = 2 * day;
  await sweepDrive(deps);
  await whole();
  const known = await deps.drive.blobs();
  expect(readdirSync(folder).toSorted()).toEqual([...known].toSorted());
  const listed = await deps.drive.list(owner, { limit: 10_000, which: 'own' });
  expect(listed.data.map(({ file }) => file.blob).toSorted()).toEqual([...known].toSorted());
}, 240_000);
