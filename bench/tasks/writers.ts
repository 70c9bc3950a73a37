/** Eight processes on one task: nothing is lost, and nobody waits for long. */

import { PerdureError } from '@perdure/contract';
import type { Figure } from '../figures.ts';
import { percentile } from '../statistics.ts';
import { makeTempHome } from '../temp-home.ts';
import { createTask, faultsOf, openLedger } from './ledger.ts';
import { startWriter } from './writer-process.ts';

const processes = 8;
const updates = 1_000;
const task = 'shared';

export async function measureWriters(): Promise<readonly Figure[]> {
  using home = makeTempHome();
  using ledger = await openLedger(home.path);
  await createTask(ledger, task);
  const writers = Array.from({ length: processes }, (_, n) =>
    startWriter([home.path, task, `writer-${n}`, String(updates)]),
  );
  await Promise.all(writers.map((writer) => writer.ready));
  const from = performance.now();
  for (const writer of writers) writer.begin();
  await Promise.all(writers.map((writer) => writer.ended));
  const ms = performance.now() - from;
  const acknowledged = writers.flatMap((writer) => writer.acknowledged);
  const wanted = processes * updates;
  if (acknowledged.length !== wanted) {
    throw new PerdureError('internal', `The writers ended after ${acknowledged.length} of ${wanted} updates.`);
  }
  const times = acknowledged.map((each) => each.ms);
  const seqs = acknowledged.map(({ seq }) => seq);
  // Two that were told the same number are one event.
  const doubled = seqs.length - new Set(seqs).size;
  const faults = doubled + (await faultsOf(ledger, task, seqs));
  const made = `${processes} processes, ${updates} updates each, to one task`;
  return [
    {
      id: 'tasks-writers-lost',
      value: faults,
      unit: 'n',
      target: { atMost: 0 },
      note: `${made}: events lost, gaps, and differences of the replay`,
    },
    {
      id: 'tasks-writers-rate',
      value: wanted / (ms / 1_000),
      unit: '/s',
      note: `${made}, each on disk before it counts`,
    },
    {
      id: 'tasks-writers-slowest',
      value: percentile(times, 1),
      unit: 'ms',
      note: `p50 ${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms`,
    },
  ];
}
