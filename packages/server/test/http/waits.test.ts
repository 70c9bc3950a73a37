import { newId } from '@perdure/db';
import { describe, expect, test } from 'vitest';
import { outcomeAnswerSchema, routes, type RunStatus, type Wait, type WaitPurpose } from '@perdure/contract';
import { z } from 'zod';
import { createHarness, startHello, type Harness } from './harness.ts';

interface Asked {
  readonly purpose?: WaitPurpose;
  readonly runId?: string;
  readonly schema?: object;
  readonly context?: unknown;
  readonly expiresAt?: number;
}

/** A question as a driver records it, and its id. */
async function ask(harness: Harness, asked: Asked = {}): Promise<string> {
  const { runId, purpose = 'question', schema, context, expiresAt } = asked;
  const id = newId();
  const run = runId ?? (await startHello(harness));
  const { sqlite } = harness.worker.database;
  const key = `city-${id}`;
  sqlite
    .prepare(
      `INSERT INTO steps (run_id, key, seq, kind, status, attempt, detail, undoable, started_at)
       VALUES (?, ?, (SELECT count(*) FROM steps) + 1, 'human', 'started', 1, ?, 0, ?)`,
    )
    .run(run, key, JSON.stringify({ wait: id }), Date.now());
  sqlite
    .prepare(
      `INSERT INTO waits (id, run_id, step_key, purpose, question, context, answer_schema, asked_at, expires_at)
       VALUES (?, ?, ?, ?, 'Which city?', ?, ?, ?, ?)`,
    )
    .run(id, run, key, purpose, textOf(context), textOf(schema), Date.now(), expiresAt ?? null);
  return id;
}

const textOf = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
const city = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
const answer = (harness: Harness, id: string, value: unknown) =>
  harness.json('POST', `/api/v1/waits/${id}/answer`, { json: { answer: value } });
const list = async (harness: Harness, query = '') =>
  routes.listWaits.responses[200].parse((await harness.json('GET', `/api/v1/waits?${query}`)).body);
const ids = (waits: readonly Wait[]) => waits.map((wait) => wait.id);

describe('what waits for a person', () => {
  test('is told with its question, what to look at and what the answer must be', async () => {
    const harness = await createHarness();
    const runId = await startHello(harness);
    const id = await ask(harness, { runId, schema: city, context: { guests: 3 }, expiresAt: Date.now() + 60_000 });
    const [wait] = (await list(harness)).data;
    expect(wait).toMatchObject({ id, runId, stepKey: `city-${id}`, pipeline: 'hello', question: 'Which city?' });
    expect(wait).toMatchObject({ context: { guests: 3 }, answerSchema: city, expiresAt: expect.any(String) });
    expect(wait).not.toHaveProperty('answered');
  });

  test('is told with why it is asked', async () => {
    const harness = await createHarness();
    for (const purpose of ['question', 'approval', 'outcome'] as const) await ask(harness, { purpose });
    expect(new Set((await list(harness)).data.map(({ purpose }) => purpose))).toEqual(
      new Set(['question', 'approval', 'outcome']),
    );
  });

  test('comes oldest first, page by page, each once, and leaves the list when it is answered', async () => {
    const harness = await createHarness();
    const asked: string[] = [];
    for (let i = 0; i < 5; i += 1) asked.push(await ask(harness));
    const [first = '', ...others] = asked.toSorted();
    await answer(harness, first, 'Oslo');
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(harness, `limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...ids(page.data));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(others);
  });

  test('is not what has expired, nor a question of a run that is over or being undone', async () => {
    const harness = await createHarness();
    await ask(harness, { expiresAt: Date.now() - 1 });
    const open: string[] = [];
    const over: readonly RunStatus[] = ['completed', 'failed', 'cancelled', 'undoing'];
    for (const status of [...over, 'waiting', 'paused', 'needs_attention'] as const) {
      const runId = await startHello(harness);
      harness.worker.set(runId, status);
      const id = await ask(harness, { runId });
      if (!over.includes(status)) open.push(id);
    }
    expect(ids((await list(harness)).data)).toEqual(open.toSorted());
  });

  test('is listed newest first once it is answered, and for one run where that is asked for', async () => {
    const harness = await createHarness();
    const runId = await startHello(harness);
    const [mine, other] = [await ask(harness, { runId }), await ask(harness)];
    for (const id of [mine, other]) await answer(harness, id, id);
    const waiting = await ask(harness, { runId });
    const answered = (await list(harness, 'answered=true')).data;
    expect(ids(answered)).toEqual([mine, other].toSorted().toReversed());
    expect(answered.map((wait) => wait.answered?.answer)).toEqual(ids(answered));
    expect(ids((await list(harness, `answered=true&run=${runId}`)).data)).toEqual([mine]);
    expect(ids((await list(harness, `answered=false&run=${runId}`)).data)).toEqual([waiting]);
  });

  test('of a run is also what the runs below it ask, however deep, and not what its parent or a neighbour asks', async () => {
    const harness = await createHarness();
    const line: string[] = [];
    for (let depth = 0; depth < 3; depth += 1) {
      const runId = await startHello(harness);
      const adopt = harness.worker.database.sqlite.prepare(
        'UPDATE runs SET parent_run = ?, parent_key = ? WHERE id = ?',
      );
      if (depth > 0) adopt.run(line[depth - 1]!, 'child', runId);
      line.push(runId);
    }
    await ask(harness);
    const asked = await Promise.all(line.map(async (runId) => await ask(harness, { runId })));
    for (const depth of [0, 1, 2]) {
      const found = (await list(harness, `run=${line[depth]}`)).data;
      expect(ids(found)).toEqual(asked.slice(depth).toSorted());
    }
  });

  test('is not found by a cursor that is none of its list', async () => {
    const harness = await createHarness();
    expect((await harness.json('GET', '/api/v1/waits?cursor=7')).body).toMatchObject({ code: 'invalid_input' });
  });
});

describe('an answer', () => {
  test('is recorded with who gave it and when, and the run is woken', async () => {
    const harness = await createHarness({ clock: () => Date.parse('2026-01-02T03:04:05.678Z') });
    const runId = await startHello(harness);
    const id = await ask(harness, { runId, schema: city });
    const { status, body } = await answer(harness, id, { name: 'Oslo' });
    expect(status).toBe(200);
    expect(routes.answerWait.responses[200].parse(body).data).toMatchObject({
      id,
      answered: { answer: { name: 'Oslo' }, by: 'owner', at: '2026-01-02T03:04:05.678Z' },
    });
    expect(harness.woken).toEqual([runId, runId]);
    const events = await harness.options.reader.listEvents(runId, 0, 10);
    expect(events.at(-1)).toMatchObject({
      type: 'wait.answered',
      actor: 'owner',
      data: { wait: id, key: `city-${id}` },
    });
  });

  test('may be any JSON where the question has no schema, null too, but must be there', async () => {
    const harness = await createHarness();
    for (const value of [null, false, '', ['a']]) {
      expect((await answer(harness, await ask(harness), value)).status).toBe(200);
    }
    const missing = await answer(harness, await ask(harness), undefined);
    expect(missing.body).toMatchObject({ code: 'invalid_input', details: { field: 'body.answer' } });
  });

  test('that the schema refuses names the field, decides nothing, and leaves the question open', async () => {
    const harness = await createHarness();
    const id = await ask(harness, { schema: city });
    const refused = await answer(harness, id, { name: 7 });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_input', details: { field: 'answer.name' } } });
    expect((await answer(harness, id, {})).body.error).toContain('`answer.name` is missing');
    expect((await answer(harness, id, 'Oslo')).body.details).toEqual({
      field: 'answer',
      problems: [{ field: 'answer', message: 'must be object' }],
    });
    expect(harness.woken).toHaveLength(1);
    expect((await answer(harness, id, { name: 'Oslo' })).status).toBe(200);
  });

  test('about a call whose outcome is not known is one of three decisions', async () => {
    const schema = z.toJSONSchema(outcomeAnswerSchema, { io: 'input' });
    const decide = async (decision: object) => {
      const harness = await createHarness();
      const runId = await startHello(harness);
      const id = await ask(harness, { runId, purpose: 'outcome', schema });
      harness.worker.set(runId, 'needs_attention');
      return (await answer(harness, id, decision)).status;
    };
    expect(await decide({ decision: 'done', result: { sent: true } })).toBe(200);
    expect(await decide({ decision: 'run_again' })).toBe(200);
    expect(await decide({ decision: 'fail', reason: 'It never arrived.' })).toBe(200);
    expect(await decide({ decision: 'maybe' })).toBe(400);
    expect(await decide({ verdict: 'approved' })).toBe(400);
  });

  test('is taken once: of many at the same time one counts, and every other is told which', async () => {
    const harness = await createHarness();
    const id = await ask(harness);
    const all = await Promise.all([1, 2, 3, 4, 5].map((value) => answer(harness, id, value)));
    const accepted = all.filter(({ status }) => status === 200);
    expect(accepted).toHaveLength(1);
    const { answered } = accepted[0]!.body.data as Wait;
    for (const { status, body } of all.filter((each) => each !== accepted[0])) {
      expect(status).toBe(409);
      expect(body).toMatchObject({ code: 'conflict', details: { ...answered } });
    }
    expect(harness.woken).toHaveLength(2);
  });

  test('that comes second is told what was decided and when, even if its schema would refuse it', async () => {
    const harness = await createHarness({ clock: () => Date.parse('2026-01-02T03:04:05.678Z') });
    const id = await ask(harness, { schema: city });
    await answer(harness, id, { name: 'Oslo' });
    const { status, body } = await answer(harness, id, 'nonsense');
    expect(status).toBe(409);
    expect(body.error).toContain('answered by owner at 2026-01-02T03:04:05.678Z');
    expect(body.error).toContain('{"name":"Oslo"}');
    expect(body.details).toEqual({ answer: { name: 'Oslo' }, by: 'owner', at: '2026-01-02T03:04:05.678Z' });
  });

  test('to a question that has expired or whose run is over is a conflict that says which', async () => {
    const harness = await createHarness();
    const expired = await answer(harness, await ask(harness, { expiresAt: Date.now() - 1 }), 'late');
    expect([expired.status, expired.body.error]).toEqual([409, expect.stringContaining('expired at')]);
    const runId = await startHello(harness);
    harness.worker.complete(runId, null);
    const over = await answer(harness, await ask(harness, { runId }), 'late');
    expect([over.status, over.body.error]).toEqual([409, expect.stringContaining('its run is over')]);
  });

  test('to a question that does not exist is 404', async () => {
    const harness = await createHarness();
    expect((await answer(harness, newId(), 'x')).status).toBe(404);
    expect((await answer(harness, 'nothing', 'x')).body.error).toContain('`perdure waits`');
  });

  test('is acknowledged while the engine is down', async () => {
    const harness = await createHarness({ waker: { wake: () => Promise.reject(new Error('no engine')) } });
    expect((await answer(harness, await ask(harness), 'Oslo')).status).toBe(200);
    expect(harness.logged.join()).toContain('no engine');
  });
});
