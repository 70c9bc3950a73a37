/**
 * What was acknowledged opens after each kill. Twenty, drawn from a seed; more by `PERDURE_TEST_KILLS=200`.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { seededRandom } from '@perdure/testing';
import { expect, it } from 'vitest';
import { taken } from '../../src/store/conformance/world.ts';
import { openVaultWorld, token } from '../../src/store/vault/conformance/world.ts';
import { openVaultSqlite } from './vault-sqlite.ts';

const kills = Number(env['PERDURE_TEST_KILLS'] ?? 20);
const seed = 20_261_129;
const program = join(import.meta.dirname, 'busy-vault.ts');

/** Rotates and gives new keys until it has said `count` versions and some time more; the version that it said last. */
async function writeAndDie(words: readonly string[], { count, ms }: { readonly count: number; readonly ms: number }) {
  const child = spawn(execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let [acknowledged, seen] = [0, 0];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    seen += 1;
    if (seen >= count) break;
  }
  const moment = performance.now() + ms;
  while (performance.now() < moment);
  child.kill('SIGKILL');
  await ended;
  return acknowledged;
}

it(
  'what was acknowledged opens after each kill -9 amid rotations and new keys of the vault, by one writer or by two',
  { timeout: 60_000 + kills * 20_000 },
  async () => {
    const opened = await openVaultSqlite();
    const { vaults, owner, ada, vaultId, put, read } = await openVaultWorld(async () => opened);
    taken(await vaults.addMember(ada, { vaultId, principalId: owner.id, role: 'admin', now: 5 }));
    const { id } = await put('GitHub', { fields: [token('first')] });
    const random = seededRandom(seed);
    let newest = 1;
    for (let n = 1; n <= kills; n += 1) {
      const words = [opened.database.path, vaultId, id];
      const writers = Array.from({ length: random() < 0.5 ? 1 : 2 }, async () => {
        return await writeAndDie(words, { count: 1 + Math.floor(random() * 5), ms: random() * 8 });
      });
      const acknowledged = Math.max(newest, ...(await Promise.all(writers)));
      const after = taken(await read(ada, id));
      expect(after.version, `kill ${n} of seed ${seed}`).toBeGreaterThanOrEqual(acknowledged);
      expect(after.fields['token']).toMatch(/^value \d+$/);
      newest = after.version;
    }
    const { rotated, rows, last } = opened.database.sqlite
      .prepare(
        `SELECT sum(action = 'item.rotated') AS rotated, count(*) AS rows, max(seq) AS last FROM vault_audit WHERE vault_id = ?`,
      )
      .get(vaultId) as { rotated: number; rows: number; last: number };
    expect([rotated + 1, rows]).toEqual([newest, last]);
  },
);
