/** A writer that is killed again and again at moments nobody chose: whatever it was told to be safe is there. */

import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '@perdure/testing';
import type { Figure } from '../figures.ts';
import { makeTempHome } from '../temp-home.ts';
import { context, createTask, faultsOf, isMirrored, mirrorOf, openLedger, taken, type Ledger } from './ledger.ts';
import { startWriter } from './writer-process.ts';

const writes = 2_000;
const kills = 20;
/** Longer than one write with its readable copy, so that a kill may meet any part of it. */
const latestMs = 8;
const task = 'mortal';

export async function measureKills(seed: number): Promise<readonly Figure[]> {
  const random = seededRandom(seed);
  using home = makeTempHome();
  using ledger = await openLedger(home.path);
  await createTask(ledger, task);
  const acknowledged: number[] = [];
  let [faults, mirrors] = [0, 0];
  for (let life = 0; life <= kills; life += 1) {
    const isLast = life === kills;
    const count = isLast ? Math.max(1, writes - acknowledged.length) : writes;
    const writer = startWriter([home.path, task, `life-${life}`, String(count), 'mirror']);
    await writer.ready;
    writer.begin();
    if (!isLast) {
      await writer.told(1 + Math.floor(random() * ((2 * writes) / (kills + 1))));
      await delay(random() * latestMs);
      writer.kill();
    }
    await writer.ended;
    acknowledged.push(...writer.acknowledged.map(({ seq }) => seq));
    const found = await proof(ledger, acknowledged);
    faults += found.faults;
    mirrors += found.isMirrored ? 0 : 1;
  }
  const made = `${kills} kill -9 within ${acknowledged.length} writes, seed ${seed}`;
  return [
    {
      id: 'tasks-kills-lost',
      value: faults,
      unit: 'n',
      target: { atMost: 0 },
      note: `${made}: acknowledged writes lost, gaps, and differences of the replay`,
    },
    {
      id: 'tasks-kills-mirror',
      value: mirrors,
      unit: 'n',
      target: { atMost: 0 },
      note: `${made}: readable copies that were not whole after the next write`,
    },
  ];
}

/** Looks at what a kill left, and then at the readable copy after one more write. */
async function proof(ledger: Ledger, acknowledged: readonly number[]) {
  const faults = await faultsOf(ledger, task, acknowledged);
  const written = await taken(ledger.store.apply(task, { type: 'progress', message: 'Still here.' }, context()));
  await mirrorOf(ledger, ledger.folder, written);
  return { faults, isMirrored: await isMirrored(ledger, written) };
}
