/** The worker is killed with SIGKILL, 50 runs in flight: how long until each of them has recorded something new. */

import { PerdureError } from '@perdure/contract';
import { openDatabase, type Database } from '@perdure/db';
import { isSameProcess, readInstance, readOwnerKey } from '@perdure/home';
import { createClient } from '@perdure/sdk';
import { until } from '@perdure/testing';
import type { Figure } from '../figures.ts';
import { median } from '../statistics.ts';
import type { Instance } from './instance.ts';

const runs = 50;
const kills = 3;
/** More steps than can be done while this lasts. */
const input = { steps: 100_000, stepMs: 50 };
const patience = { withinMs: 60_000, everyMs: 5 };

export async function measureRecovery(instance: Instance): Promise<Figure> {
  await startRuns(instance);
  const database = await openDatabase({ path: instance.paths.database, create: false });
  try {
    await allMovedOn(database, new Map());
    const times: number[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      const from = performance.now();
      await killWorker(instance);
      await allMovedOn(database, commitsByRun(database));
      times.push(performance.now() - from);
    }
    return {
      id: 'recovery-50-runs',
      value: median(times),
      unit: 'ms',
      target: { atMost: 5_000 },
      note: `median of ${kills} kills of the worker in a row: ${times.map((time) => time.toFixed(0)).join(', ')} ms`,
    };
  } finally {
    database.close();
  }
}

async function startRuns({ url, paths }: Instance): Promise<void> {
  const client = createClient({ url, key: readOwnerKey(paths) ?? '' });
  await Promise.all(Array.from({ length: runs }, () => client.startRun({ body: { pipeline: 'slow-steps', input } })));
}

/** Resolves when it is gone, and can record nothing more. */
async function killWorker({ paths }: Instance): Promise<void> {
  const state = readInstance(paths);
  const worker = state.kind === 'running' ? state.info.processes['worker'] : undefined;
  if (worker === undefined) throw new PerdureError('internal', 'There is no worker to kill.');
  process.kill(worker.pid, 'SIGKILL');
  await until(() => !isSameProcess(worker), { ...patience, what: 'the worker is gone' });
}

type Commits = ReadonlyMap<string, number>;

function commitsByRun({ sqlite }: Database): Commits {
  const rows = sqlite.prepare('SELECT id, commit_no FROM runs').all();
  return new Map(rows.map((row) => [String(row['id']), Number(row['commit_no'])]));
}

/** Every run has committed more than `before` says. */
async function allMovedOn(database: Database, before: Commits): Promise<void> {
  const haveMoved = (now: Commits): boolean =>
    now.size === runs && [...now].every(([runId, commits]) => commits > (before.get(runId) ?? 0));
  await until(() => haveMoved(commitsByRun(database)), { ...patience, what: 'all runs go on' });
}
