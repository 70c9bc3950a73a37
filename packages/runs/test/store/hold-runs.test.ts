import { join } from 'node:path';
import { nextRunStatus, runStatuses, type RunStatus } from '@perdure/contract';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { createRunIntake } from '../../src/store/run-intake.ts';
import { createRunJournal } from '../../src/store/run-journal.ts';
import { createRunReader } from '../../src/store/run-reader.ts';
import { createSweepStore } from '../../src/store/sweep-store.ts';
import { holdRuns, unfinishedRuns } from '../../src/store/hold-runs.ts';

const start = 1_000;

async function openRecord() {
  const database = await openDatabase({ path: join(tempFolder(), 'perdure.db') });
  onTestFinished(() => database.close());
  const group = createGroupCommit(database);
  const intake = createRunIntake(database, group);
  return {
    database,
    intake,
    journal: createRunJournal(database, group),
    reader: createRunReader(database),
    /** A run of this status, by the word of the database alone. */
    aRun: async (id: string, status: RunStatus) => {
      await intake.start({ id, pipeline: 'p', input: 'null', at: start, actor: 'owner' });
      database.sqlite.prepare('UPDATE runs SET status = ?, fence = 3, wake_at = ? WHERE id = ?').run(status, start, id);
    },
    row: (id: string) => database.sqlite.prepare('SELECT * FROM runs WHERE id = ?').get(id),
  };
}

const idOf = (n: number) => `019a0000-0000-7000-8000-00000000000${n}`;

test('what would go on by itself is held, says so, and nothing else is touched', async () => {
  const { database, aRun, reader, row } = await openRecord();
  for (const [n, status] of runStatuses.entries()) await aRun(idOf(n), status);
  const held = runStatuses.filter((status) => nextRunStatus(status, 'hold') !== undefined);
  expect(holdRuns(database, { reason: 'take_over', at: start + 500 })).toBe(held.length);
  for (const [n, status] of runStatuses.entries()) {
    const isHeld = held.includes(status);
    const run = await reader.getRun(idOf(n));
    expect(run).toMatchObject({ status: isHeld ? 'paused' : status });
    expect(run?.held).toBe(isHeld ? 'take_over' : undefined);
    expect(row(idOf(n))).toMatchObject({ fence: isHeld ? 4 : 3, idle_ms: isHeld ? 500 : 0 });
  }
  const { data } = await reader.listRuns({ status: 'paused' }, { limit: 20 });
  expect(data.filter(({ held: why }) => why === 'take_over')).toHaveLength(held.length);
  expect(holdRuns(database, { reason: 'hold', at: start + 600 })).toBe(0);
  expect(unfinishedRuns(database)).toEqual([{ pipeline: 'p', unfinished: runStatuses.length }]);
});

test('a held run has no reason to go on but a resume, whatever its inbox held', async () => {
  const { database, intake, journal, aRun, reader } = await openRecord();
  const runId = idOf(1);
  await aRun(runId, 'waiting');
  await intake.order({ orderId: 'o', runId, order: 'cancel', at: start, actor: 'owner' });
  holdRuns(database, { reason: 'copy', at: start });
  const later = start + 1e9;
  const sweep = createSweepStore(database);
  expect(await sweep.runsToWake({ silentSince: later, overdueSince: later })).toEqual([]);
  expect(await sweep.timersAfter(0)).toEqual([]);
  expect(await journal.begin(runId, later)).toMatchObject({ status: 'paused' });
  await intake.order({ orderId: 'r', runId, order: 'resume', at: later, actor: 'owner' });
  expect(await journal.begin(runId, later)).toMatchObject({ status: 'running' });
  expect((await reader.getRun(runId))?.held).toBeUndefined();
});

test('one that was held before anybody drove it begins with its resume', async () => {
  const { database, intake, journal, reader } = await openRecord();
  const runId = idOf(1);
  await intake.start({ id: runId, pipeline: 'p', input: 'null', at: start, actor: 'owner' });
  holdRuns(database, { reason: 'hold', at: start });
  await intake.order({ orderId: 'r', runId, order: 'resume', at: start, actor: 'owner' });
  await journal.begin(runId, start);
  const events = await reader.listEvents(runId, 0, 10);
  expect(events.map(({ type }) => type)).toEqual([
    'run.queued',
    'run.paused',
    'order.received',
    'run.started',
    'run.resumed',
  ]);
});

test('a driver that still lives has lost the run', async () => {
  const { database, intake, journal } = await openRecord();
  const runId = idOf(1);
  await intake.start({ id: runId, pipeline: 'p', input: 'null', at: start, actor: 'owner' });
  const { fence } = (await journal.begin(runId, start)) ?? { fence: 0 };
  holdRuns(database, { reason: 'hold', at: start });
  expect(await journal.commit({ runId, fence, at: start })).toEqual({ kind: 'lost' });
});
