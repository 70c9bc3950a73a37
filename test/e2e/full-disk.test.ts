/**
 * The disk is full, and then it is not: what was acknowledged completes without anybody starting anything again. The
 * disk is a real one, so small that it can be filled.
 *
 * Surprise: of all parts only the engine does not get over it by itself. Its log stays closed, it answers and takes no
 * calls; the launcher starts it again. That takes its time (`engine-patience.ts`), and so does this test.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPerdureError } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { SmallDisk, until } from '@perdure/testing';
import { expect, test } from 'vitest';
import { System } from './system.ts';

const project = join(import.meta.dirname, 'fixtures', 'engine-lost');
/**
 * The engine reserves 70 for each of two logs when it is new, where it can. It has room for one of them here, so the
 * other cannot go on when the disk is full; with room for both it would take calls all the time.
 */
const diskMebibytes = 128;
/** Falls due while the disk is full. */
const napMs = 3_000;

test(
  'a run in a step, one that sleeps and one begun late all complete once a full disk has room again',
  {
    timeout: 300_000,
  },
  async (ctx) => {
    using disk = SmallDisk.mount(diskMebibytes);
    ctx.skip(disk === undefined, 'needs an account that may mount a disk (root on Linux)');
    if (disk === undefined) return;
    const [marks, gate] = [join(disk.outside, 'marks'), join(disk.outside, 'gate')];
    await using system = await System.start({ folder: disk.folder, project });
    const start = async (input: object) => await system.startRun('marked-steps', { marks, gate, ...input });
    const acknowledged = [await start({ rest: 'gate' }), await start({ rest: 'timer', napMs })];
    const begun = () => existsSync(marks) && readFileSync(marks, 'utf8').includes('/held');
    await until(begun, { withinMs: 60_000, what: 'the first run is in its step' });

    disk.fill();
    writeFileSync(gate, '');
    const refusal = await until(
      async () => {
        disk.fill();
        return await refusalOf(start({ rest: 'none' }), acknowledged);
      },
      { withinMs: 60_000, what: 'a start is refused', everyMs: 200 },
    );
    expect(refusal).toMatchObject({ code: 'storage_full', message: expect.stringContaining('free some space') });
    const full = await until(async () => await engineIsDown(system.client), {
      withinMs: 60_000,
      what: 'engine is down',
    });
    expect(full.engine.detail).toContain('since the disk is full');
    expect(full.database).toMatchObject({
      status: 'degraded',
      detail: expect.stringContaining('nothing new is recorded'),
    });

    disk.free();
    acknowledged.push(
      await until(async () => await started(start({ rest: 'none' })), { withinMs: 60_000, what: 'a start' }),
    );
    // Half a minute until the launcher loses patience, and what restarts take.
    for (const id of acknowledged) await system.untilStatus(id, 'completed', { withinMs: 90_000 });
    const healthy = async () => (await system.client.health({})).status === 'ok';
    await until(healthy, { withinMs: 60_000, what: 'all parts are well' });
  },
);

/** The error of a start; undefined where it was acknowledged all the same, which is then remembered. */
async function refusalOf(start: Promise<string>, acknowledged: string[]): Promise<unknown> {
  try {
    acknowledged.push(await start);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Undefined where the server, which a full disk may have ended, is not back yet. */
async function started(start: Promise<string>): Promise<string | undefined> {
  return await start.catch((error: unknown) => {
    if (isPerdureError(error)) return undefined;
    throw error;
  });
}

async function engineIsDown(client: Client) {
  const { parts } = await client.health({});
  return parts.engine.status === 'down' ? parts : undefined;
}
