import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGroupCommit, LockBudget, openDatabase, type Database } from '@perdure/db';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepWrite } from '../../src/record/commit.ts';
import type { RunJournal } from '../../src/record/journal.ts';
import type { RunIntake } from '../../src/desk/ports.ts';
import { createRunIntake } from '../../src/store/run-intake.ts';
import { createRunJournal } from '../../src/store/run-journal.ts';

const at = 1_700_000_000_000;
let folder = '';
let database: Database;
let journal: RunJournal;
let intake: RunIntake;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-journal-'));
  database = await openDatabase({ path: join(folder, 'perdure.db') });
  const group = createGroupCommit(database, { budget: new LockBudget({ burstMs: Infinity }) });
  journal = createRunJournal(database, group);
  intake = createRunIntake(database, group);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

async function begun(runId: string): Promise<number> {
  await intake.start({ id: runId, pipeline: 'p', input: '{}', actor: 'owner', at });
  const run = await journal.begin(runId, at);
  return run?.fence ?? 0;
}

const step = (key: string, result: string): StepWrite => ({
  key,
  seq: 1,
  kind: 'step',
  status: 'done',
  attempt: 1,
  inputHash: null,
  result,
  detail: null,
  undoable: false,
  startedAt: at,
  endedAt: at,
});

const done = (key: string) => ({ type: 'step.done', data: { key, kind: 'step', ms: 0 } }) as const;
const events = (runId: string) =>
  database.sqlite
    .prepare('SELECT seq, type FROM events WHERE run_id = ? ORDER BY seq')
    .all(runId)
    .map((row) => `${String(row['seq'])} ${String(row['type'])}`);

describe('the record', () => {
  it('R1: raises the fence with every drive that begins, and R2: refuses a commit with the one before', async () => {
    const old = await begun('a');
    const fence = (await journal.begin('a', at))?.fence ?? 0;
    expect(fence).toBe(old + 1);
    const refused = await journal.commit({ runId: 'a', fence: old, at, step: step('x', '1'), events: [done('x')] });
    expect(refused).toEqual({ kind: 'lost' });
    expect((await journal.begin('a', at))?.steps).toEqual([]);
  });

  it('R2: a refused member of a group commit leaves its neighbours alone', async () => {
    const [stale, good] = [await begun('a'), await begun('b')];
    await journal.begin('a', at);
    const outcomes = await Promise.all([
      journal.commit({ runId: 'b', fence: good, at, step: step('x', '1') }),
      journal.commit({ runId: 'a', fence: stale, at, step: step('x', '1') }),
      journal.commit({ runId: 'b', fence: good, at, step: { ...step('y', '2'), seq: 2 } }),
    ]);
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['committed', 'lost', 'committed']);
  });

  it('R3: keeps the first result of a key, hands it to a second writer, and tells it once', async () => {
    const fence = await begun('a');
    await journal.commit({ runId: 'a', fence, at, step: step('x', '"first"'), events: [done('x')] });
    const second = await journal.commit({ runId: 'a', fence, at, step: step('x', '"second"'), events: [done('x')] });
    expect(second).toMatchObject({ kind: 'adopted', step: { result: { kind: 'inline', text: '"first"' } } });
    expect(events('a')).toEqual(['1 run.queued', '2 run.started', '3 step.done']);
    await journal.commit({ runId: 'a', fence, at, events: [done('y')] });
    expect(events('a').at(-1)).toBe('4 step.done');
  });

  it('refuses an arrow that the transition table does not have, and then writes nothing at all', async () => {
    const fence = await begun('a');
    await journal.commit({ runId: 'a', fence, at, change: { action: 'complete', output: '1' } });
    const again = journal.commit({ runId: 'a', fence, at, change: { action: 'pause' }, events: [done('z')] });
    await expect(again).rejects.toThrow('cannot "pause"');
    expect(events('a')).toEqual(['1 run.queued', '2 run.started']);
  });

  it('keeps every value whole, whatever its size', async () => {
    const fence = await begun('a');
    for (const [seq, length] of [0, 8_189, 8_190, 8_191, 5_000_000].entries()) {
      const text = JSON.stringify('é'.repeat(length));
      await journal.commit({ runId: 'a', fence, at, step: { ...step(`s${seq}`, text), seq: seq + 1 } });
      const read = (await journal.begin('a', at))?.steps.find(({ key }) => key === `s${seq}`);
      // The fence was raised by reading; give it back, so that the next commit is not refused.
      database.sqlite.prepare('UPDATE runs SET fence = ? WHERE id = ?').run(fence, 'a');
      const value = read?.status === 'done' ? read.result : undefined;
      expect(value?.kind === 'blob' ? await journal.readBlob(value.hash) : value?.text).toBe(text);
    }
  });
});

describe('the intake', () => {
  const request = { pipeline: 'p', input: '{}', actor: 'owner', at };

  it('starts one run for one idempotency key, also when asked many times at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        intake.start({ ...request, id: `run-${n}`, idempotencyKey: 'k', requestHash: 'h' }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.kind === 'started')).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => outcome.runId)).size).toBe(1);
  });

  it('refuses an idempotency key that was used for something else', async () => {
    await intake.start({ ...request, id: 'one', idempotencyKey: 'k', requestHash: 'h' });
    const other = await intake.start({ ...request, id: 'two', idempotencyKey: 'k', requestHash: 'other' });
    expect(other).toEqual({ kind: 'key_reused', runId: 'one' });
  });

  it('takes an order once, however often its id comes', async () => {
    await begun('a');
    const order = { orderId: 'o', runId: 'a', order: 'pause', actor: 'owner', at } as const;
    await intake.order(order);
    await intake.order(order);
    expect((await journal.inboxes(['a'])).get('a')).toEqual({ orders: [{ id: 'o', kind: 'pause' }], steers: [] });
    expect(events('a').filter((line) => line.endsWith('order.received'))).toHaveLength(1);
  });
});
