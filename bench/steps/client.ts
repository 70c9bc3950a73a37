/**
 * The client of both peers, in one process: starts a run and sees its end.
 *
 * Ours does what the server does: the run is recorded, the engine is told, and the end is read from the record when the
 * worker's nudge says that something was committed. The peer's is one call through the ingress and its response.
 */

import { randomUUIDv7 } from 'node:crypto';
import { isSettled, PerdureError, type RunStatus } from '@perdure/contract';
import { createGroupCommit, dataVersionOf, openDatabase, type Database } from '@perdure/db';
import { realClock } from '@perdure/engine';
import { createRestateWaker, EngineSocket } from '@perdure/engine/restate';
import { engineSockets, liveSocket, type HomePaths } from '@perdure/home';
import { listenLive, type LiveBus } from '@perdure/live';
import { createRunIntake } from '@perdure/runs/testing';

/** A run as its row shows it. */
export interface RunRow {
  readonly status: RunStatus;
  readonly commitNo: number;
}

export interface BenchClient extends AsyncDisposable {
  readonly database: Database;
  /** One run of ten steps of ours, from before it is recorded until its end is seen. */
  runTenSteps(): Promise<void>;
  /** The peer's, from the call to the response. */
  runTenStepsBare(): Promise<void>;
  /** Records a run and wakes it; returns its id. */
  start(pipeline: string, input: unknown): Promise<string>;
  wake(runId: string): Promise<void>;
  /** Answers the question that the run asks, and wakes it. */
  answer(runId: string, text: string): Promise<void>;
  row(runId: string): RunRow;
  /** Resolves when the row is seen as asked for. Rejects when the run cannot get there any more. */
  seen(runId: string, isIt: (row: RunRow) => boolean): Promise<void>;
}

export async function connectClient(paths: HomePaths): Promise<BenchClient> {
  await using owned = new AsyncDisposableStack();
  const database = owned.adopt(await openDatabase({ path: paths.database }), (opened) => opened.close());
  const ingress = owned.adopt(new EngineSocket(engineSockets(paths).ingress), (socket) => socket.close());
  const live = owned.adopt(
    await listenLive({
      path: liveSocket(paths),
      dataVersion: dataVersionOf(database),
    }),
    (bus) => bus.close(),
  );
  const intake = createRunIntake(database, createGroupCommit(database));
  const waker = createRestateWaker(ingress, realClock);
  const watch = createWatch(database, live);
  const openWait = database.sqlite.prepare('SELECT id FROM waits WHERE run_id = ? AND answered_at IS NULL');

  const record = async (runId: string, pipeline: string, input: unknown): Promise<void> => {
    await intake.start({ id: runId, pipeline, input: JSON.stringify(input), actor: 'bench', at: Date.now() });
    await waker.wake(runId);
  };
  const kept = owned.move();
  return {
    database,
    ...watch,
    wake: (runId) => waker.wake(runId),
    async answer(runId, text) {
      const waitId = String(openWait.get(runId)?.['id']);
      await intake.answer({ waitId, answer: JSON.stringify(text), actor: 'bench', at: Date.now() });
      await waker.wake(runId);
    },
    async start(pipeline, input) {
      const runId = randomUUIDv7();
      await record(runId, pipeline, input);
      return runId;
    },
    async runTenSteps() {
      const runId = randomUUIDv7();
      const ended = watch.seen(runId, ({ status }) => status === 'completed');
      await Promise.all([record(runId, 'ten-steps', {}), ended]);
    },
    async runTenStepsBare() {
      const { status, body } = await ingress.call({ method: 'POST', path: '/bench_bare/tenSteps' });
      if (status !== 200)
        throw new PerdureError('internal', `The peer answered HTTP ${status}: ${body.slice(0, 200)}.`);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function createWatch(database: Database, live: LiveBus): Pick<BenchClient, 'row' | 'seen'> {
  const read = database.sqlite.prepare('SELECT status, commit_no FROM runs WHERE id = ?');
  const find = (runId: string): RunRow | undefined => {
    const row = read.get(runId);
    return row && { status: row['status'] as RunStatus, commitNo: Number(row['commit_no']) };
  };
  return {
    row(runId) {
      const row = find(runId);
      if (row === undefined) throw new PerdureError('internal', `Run ${runId} is not in the record.`);
      return row;
    },
    seen(runId, isIt) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const look = (): void => {
        const row = find(runId);
        if (row === undefined) return;
        if (isIt(row)) resolve();
        else if (isSettled(row.status)) {
          reject(new PerdureError('internal', `Run ${runId} is ${row.status} and cannot be measured.`));
        }
      };
      const unsubscribe = live.subscribe(runId, look);
      look();
      return promise.finally(unsubscribe);
    },
  };
}
