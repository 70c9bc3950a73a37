/**
 * A run that is parked inside of an agent call with a long transcript: what a wake costs (it must read no output of a
 * tool), what it leaves in the worker's memory, and what a model turn costs before the model is asked. Each against the
 * same conversation in small.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { DemoModel } from '@perdure/demo-model';
import type { Figure } from '../figures.ts';
import { canMeasureMemory, pssMib } from '../pss.ts';
import { median, percentile } from '../statistics.ts';
import type { BenchClient } from '../steps/client.ts';
import { parked, timeWake } from '../steps/parked.ts';
import type { Stack } from '../steps/stack.ts';
import { megabytes, questions, type Size } from './conversation.ts';

const wakes = 30;
const warmUpWakes = 5;
const quietMs = 10_000;

export interface Conversations {
  readonly large: string;
  readonly small: string;
}

export interface Measured {
  readonly runs: Conversations;
  readonly figures: readonly Figure[];
}

export async function measureConversations({ client, workerPid }: Stack, model: DemoModel): Promise<Measured> {
  const small = await startConversation(client, 'small');
  for (let wake = 0; wake < warmUpWakes; wake += 1) await timeWake(client, small);
  const before = await settledMib(client, workerPid);
  const large = await startConversation(client, 'large');
  const whenParked = mib(workerPid);
  const runs = { large, small };
  const wake = await measureWakes(client, runs);
  const afterWakes = mib(workerPid);
  const settled = await settledMib(client, workerPid);
  const turn = await measureTurns(client, runs, model);
  const growth: Figure = {
    id: 'transcript-20mb-worker-growth',
    value: settled - before,
    unit: 'MiB',
    target: { atMost: 48 },
    note:
      `PSS of the worker ${before.toFixed(0)} before, ${whenParked.toFixed(0)} when parked, ${afterWakes.toFixed(0)} after ` +
      `${wakes} wakes, ${settled.toFixed(0)} after a quiet moment`,
  };
  return { runs, figures: [wake, ...(canMeasureMemory ? [growth] : []), turn] };
}

/** Starts one; resolves when it waits for its first answer. */
export async function startConversation(client: BenchClient, size: Size): Promise<string> {
  const runId = await client.start('conversation', { size });
  await parked(client, runId, 0);
  return runId;
}

async function measureWakes(client: BenchClient, { large, small }: Conversations): Promise<Figure> {
  const times = { large: [] as number[], small: [] as number[] };
  for (let wake = 0; wake < wakes; wake += 1) {
    times.large.push(await timeWake(client, large));
    times.small.push(await timeWake(client, small));
  }
  const [p10, p90] = [0.1, 0.9].map((share) => percentile(times.large, share).toFixed(1));
  return {
    id: 'wake-transcript-20mb',
    value: median(times.large),
    unit: 'ms',
    target: { atMost: 50 },
    note: `p50 of ${wakes} at ${megabytes('large').toFixed(0)} MB, p10 ${p10} ms, p90 ${p90} ms; ${median(times.small).toFixed(1)} ms at ${kilobytes('small')} KB`,
  };
}

/** Each answer leads to a turn. What is timed is ours: from the start of the turn until the model has the request. */
async function measureTurns(client: BenchClient, runs: Conversations, model: DemoModel): Promise<Figure> {
  for (let question = 1; question < questions; question += 1) {
    for (const runId of [runs.large, runs.small]) {
      const { commitNo } = client.row(runId);
      await Promise.all([client.answer(runId, 'Go on.'), parked(client, runId, commitNo)]);
    }
  }
  const times = { large: preparations(client, runs.large, model), small: preparations(client, runs.small, model) };
  return {
    id: 'turn-20mb-preparation',
    value: median(times.large),
    unit: 'ms',
    target: { atMost: 500 },
    note: `p50 of ${times.large.length}, slowest ${Math.max(...times.large)} ms; ${median(times.small)} ms at ${kilobytes('small')} KB`,
  };
}

/** Milliseconds between the start of each turn behind the first and its request. */
function preparations({ database }: BenchClient, runId: string, model: DemoModel): readonly number[] {
  const turns = database.sqlite
    .prepare(`SELECT key, started_at FROM steps WHERE run_id = ? AND kind = 'turn' ORDER BY seq`)
    .all(runId);
  const requests = model.requests();
  return turns.slice(1).map((turn) => {
    const prefix = `${runId}/${String(turn['key'])}/`;
    const request = requests.find(({ idempotencyKey }) => idempotencyKey?.startsWith(prefix));
    return Date.parse(request?.at ?? '') - Number(turn['started_at']);
  });
}

/**
 * What the worker holds on to. Its garbage is collected twice, each time followed by a quiet moment: V8 keeps the pages
 * that it has freed for eight seconds, and the first collection is often the one that frees them.
 */
async function settledMib(client: BenchClient, workerPid: number): Promise<number> {
  for (let collection = 0; collection < 2; collection += 1) {
    const runId = await client.start('collect-garbage', {});
    await client.seen(runId, ({ status }) => status === 'completed');
    if (canMeasureMemory) await delay(quietMs);
  }
  return mib(workerPid);
}

function mib(pid: number): number {
  return canMeasureMemory ? pssMib(pid) : 0;
}

function kilobytes(size: Size): string {
  return (megabytes(size) * 1_000).toFixed(0);
}
