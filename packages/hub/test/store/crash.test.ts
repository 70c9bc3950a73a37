/** A sender killed by SIGKILL at any moment, over and over, beside one that goes on. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Principal } from '@perdure/contract';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { seededRandom } from '@perdure/testing';
import { killAfterTest, tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { createHubStore } from '../../src/store/hub-store.ts';

const kills = 10;

/** What it had acknowledged, as [key, number], when it was killed behind `count` of them. */
async function killAfter(count: number, args: readonly string[]): Promise<readonly [string, number][]> {
  const file = join(import.meta.dirname, 'fixtures/mortal-sender.ts');
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  killAfterTest(child.pid);
  const told: [string, number][] = [];
  for await (const line of createInterface(child.stdout)) {
    const [key = '', seq] = line.split(' ');
    told.push([key, Number(seq)]);
    if (told.length === count) child.kill('SIGKILL');
  }
  return told;
}

test('a sender that is killed loses no message that was acknowledged, and leaves no gap and no message twice', async () => {
  const path = join(tempFolder(), 'perdure.db');
  const database = await openDatabase({ path });
  onTestFinished(() => database.close());
  const store = createHubStore(database, createGroupCommit(database));
  const owner: Principal = await store.principals.ensureOwner({ id: 'owner', workspaceId: 'w', now: 1 });
  const made = { id: 'c', kind: 'group', name: 'Plans', memberIds: [], now: 1 } as const;
  await store.channels.create(owner, made);

  const random = seededRandom(7);
  const acknowledged = new Map<string, number>();
  let first = 0;
  for (let n = 0; n < kills; n += 1) {
    const told = await killAfter(1 + Math.floor(random() * 120), [path, 'c', owner.id, String(first)]);
    for (const [key, seq] of told) {
      expect(acknowledged.get(key) ?? seq, `key ${key} has one number`).toBe(seq);
      acknowledged.set(key, seq);
    }
    // The next one sends again what nobody knows of, as a client does.
    first = Math.max(0, ...told.map(([key]) => Number(key))) - 7;
    first = Math.max(0, first);
  }

  const seen = new Map<string, number>();
  let last = 0;
  for (let page = await store.messages.read('c', { after: 0, limit: 500 }); page.length > 0;) {
    for (const { message } of page) {
      expect(message.seq).toBe((last += 1));
      expect(seen.has(message.clientKey ?? '')).toBe(false);
      seen.set(message.clientKey ?? '', message.seq);
    }
    page = await store.messages.read('c', { after: last, limit: 500 });
  }
  expect(acknowledged.size).toBeGreaterThan(kills * 10);
  for (const [key, seq] of acknowledged) expect([key, seen.get(key)]).toEqual([key, seq]);
});
