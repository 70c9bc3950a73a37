import { describe, expect, test } from 'vitest';
import { compact, maxSteerLength, routes } from '@perdure/contract';
import { createHarness, startHello, type Harness } from './harness.ts';

const hello = { pipeline: 'hello', input: { name: 'Ada' } };
const nobody = '01890000-0000-7000-8000-000000000000';

const start = (harness: Harness, body: object, key?: string) =>
  harness.json('POST', '/api/v1/runs', {
    json: { ...hello, ...body },
    ...compact({ headers: key === undefined ? undefined : { 'idempotency-key': key } }),
  });

describe('a budget', () => {
  test('is kept with the run, as it was given', async () => {
    const harness = await createHarness();
    expect((await start(harness, { budget: { turns: 3, minutes: 0.5 } })).status).toBe(201);
    expect((await start(harness, {})).status).toBe(201);
    const rows = await harness.database.kysely.selectFrom('runs').select('budget').orderBy('id').execute();
    expect(rows.map(({ budget }) => (budget === null ? null : JSON.parse(budget)))).toEqual([
      { turns: 3, minutes: 0.5 },
      null,
    ]);
  });

  test('tells requests with one idempotency key apart only where there is one', async () => {
    const harness = await createHarness();
    const statuses = async (key: string, ...budgets: readonly object[]) => {
      const seen: number[] = [];
      for (const body of budgets) seen.push((await start(harness, body, key)).status);
      return seen;
    };
    expect(
      await statuses('with', { budget: { turns: 3 } }, { budget: { turns: 3 } }, { budget: { turns: 4 } }),
    ).toEqual([201, 200, 409]);
    expect(await statuses('without', {}, {}, { budget: { turns: 3 } })).toEqual([201, 200, 409]);
  });

  test.each([{}, { turns: 0 }, { tokens: 1.5 }, { minutes: -1 }, { dollars: 1 }])(
    'of %j is refused and starts nothing',
    async (budget) => {
      const harness = await createHarness();
      expect(await start(harness, { budget })).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
      expect(harness.woken).toEqual([]);
    },
  );
});

const steer = (harness: Harness, id: string, text: unknown) =>
  harness.json('POST', `/api/v1/runs/${id}/steer`, { json: { text } });

describe('steering', () => {
  test('puts the text into the inbox, tells the engine, and answers with the run', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    const { status, body } = await steer(harness, id, 'Shorter, please.');
    expect(status).toBe(202);
    expect(routes.steerRun.responses[202].parse(body).data.id).toBe(id);
    expect(harness.woken).toEqual([id, id]);
    const orders = await harness.database.kysely.selectFrom('orders').select(['kind', 'text', 'actor']).execute();
    expect(orders).toEqual([{ kind: 'steer', text: 'Shorter, please.', actor: 'owner' }]);
    const [, received] = await harness.options.reader.listEvents(id, 0, 10);
    expect(received).toMatchObject({ type: 'order.received', data: { order: 'steer', text: 'Shorter, please.' } });
  });

  test('without a text, or with one that is too long, is refused and leaves nothing in the inbox', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    for (const text of ['', ' \n', 'x'.repeat(maxSteerLength + 1), 7, undefined]) {
      expect(await steer(harness, id, text)).toMatchObject({ status: 400, body: { details: { field: 'body.text' } } });
    }
    expect(await harness.database.kysely.selectFrom('orders').selectAll().execute()).toEqual([]);
  });

  test('of a run that is over is a conflict, of one that does not exist 404', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    harness.worker.complete(id, null);
    expect(await steer(harness, id, 'x')).toMatchObject({ status: 409, body: { details: { status: 'completed' } } });
    expect((await steer(harness, nobody, 'x')).status).toBe(404);
  });
});

const fork = (harness: Harness, id: string, from: unknown, key?: string) =>
  harness.json('POST', `/api/v1/runs/${id}/fork`, {
    json: { from },
    ...compact({ headers: key === undefined ? undefined : { 'idempotency-key': key } }),
  });

async function twoSteps(harness: Harness): Promise<string> {
  const id = await startHello(harness);
  harness.worker.step(id, 'first', { result: 1 });
  harness.worker.step(id, 'second', { result: 2 });
  harness.worker.complete(id, null);
  return id;
}

/** A run that failed, and whose `second` and `third` were undone. */
async function undoneRun(harness: Harness): Promise<string> {
  const id = await startHello(harness);
  for (const key of ['first', 'second', 'third']) harness.worker.step(id, key);
  for (const key of ['undo/third', 'undo/second']) harness.worker.step(id, key, { kind: 'undo' });
  harness.worker.fail(id, { code: 'step_failed', message: 'no' });
  return id;
}

describe('a run whose effects were undone', () => {
  test('is not retried, and says from which step a fork does them again', async () => {
    const harness = await createHarness();
    const id = await undoneRun(harness);
    const { status, body } = await harness.json('POST', `/api/v1/runs/${id}/retry`);
    expect({ status, details: body.details }).toEqual({ status: 409, details: { forkFrom: 'second' } });
    expect(body.error).toContain(`\`perdure runs fork ${id} --from second\``);
  });

  test('does not offer a retry where another order is refused', async () => {
    const harness = await createHarness();
    const id = await undoneRun(harness);
    const { status, body } = await harness.json('POST', `/api/v1/runs/${id}/cancel`);
    expect(status).toBe(409);
    expect(body.details).toEqual({ status: 'failed', possible: [], forkFrom: 'second' });
    expect(body.error).toContain(
      'so cancel is refused; nothing can be ordered any more, its effects were undone: `perdure',
    );
    expect(body.error).not.toContain('retry');
  });
});

describe('a fork', () => {
  test('is a new run of the same input that has the steps before, and is driven', async () => {
    const harness = await createHarness();
    const id = await twoSteps(harness);
    const { status, headers, body } = await fork(harness, id, 'second');
    expect(status).toBe(201);
    const { data } = routes.forkRun.responses[201].parse(body);
    expect(data).toMatchObject({
      pipeline: 'hello',
      input: { name: 'Ada' },
      forkedFrom: { runId: id, stepKey: 'second' },
    });
    expect(data.id).not.toBe(id);
    expect(headers.get('location')).toBe(`/api/v1/runs/${data.id}`);
    expect(harness.woken.at(-1)).toBe(data.id);
    const steps = (await harness.json('GET', `/api/v1/runs/${data.id}/steps`)).body.data;
    expect(steps).toMatchObject([{ key: 'first', result: 1 }]);
  });

  test('asked for again with the same key is the same run, at another step a conflict', async () => {
    const harness = await createHarness();
    const id = await twoSteps(harness);
    const answers = [
      await fork(harness, id, 'second', 'k'),
      await fork(harness, id, 'second', 'k'),
      await fork(harness, id, 'first', 'k'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 409]);
    const [first, again] = answers.map(({ body }) => (body.data as { id: string } | undefined)?.id);
    expect(again).toBe(first);
  });

  test('from a step that the run does not have names the step and how to list those it has', async () => {
    const harness = await createHarness();
    const id = await twoSteps(harness);
    const woken = harness.woken.length;
    const { status, body } = await fork(harness, id, 'third');
    expect({ status, code: body.code, details: body.details }).toEqual({
      status: 400,
      code: 'invalid_input',
      details: { field: 'body.from' },
    });
    expect(body.error).toContain('"third"');
    expect(body.error).toContain(`\`perdure runs show ${id}\``);
    expect(harness.woken).toHaveLength(woken);
  });

  test('from an undo names the step that it took back', async () => {
    const harness = await createHarness();
    const id = await undoneRun(harness);
    const { status, body } = await fork(harness, id, 'undo/second');
    expect({ status, field: body.details?.['field'] }).toEqual({ status: 400, field: 'body.from' });
    expect(body.error).toContain('an undo is none, fork from "second"');
  });

  test('of a run that does not exist is 404', async () => {
    expect((await fork(await createHarness(), nobody, 'first')).status).toBe(404);
  });

  test('is acknowledged while the engine is down', async () => {
    let isDown = false;
    const wake = async () => {
      if (isDown) throw new Error('no engine');
    };
    const harness = await createHarness({ waker: { wake } });
    const id = await twoSteps(harness);
    isDown = true;
    expect((await fork(harness, id, 'second')).status).toBe(201);
    expect(harness.logged.join()).toContain('no engine');
  });
});
