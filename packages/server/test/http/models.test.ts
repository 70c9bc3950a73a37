import { createGroupCommit } from '@perdure/db';
import { createLearntStore } from '@perdure/models/store';
import { expect, test } from 'vitest';
import { createHarness, groqServer, type Harness } from './harness.ts';

const now = Date.parse('2026-11-28T12:00:00.000Z');

/** What a worker has found out, through its own connection. */
function workerStore({ worker }: Harness) {
  return createLearntStore({
    database: worker.database,
    group: createGroupCommit(worker.database),
    clock: () => now,
  });
}

const fact = { model: 'groq/llama-3.3-70b', schemaHash: 'a1', reason: 'unsupported', at: now } as const;

test('models are listed as the worker has published them, with what it has learnt since', async () => {
  const harness = await createHarness({ clock: () => now });
  await workerStore(harness).keep({ ...fact, feature: 'response_format' });
  const { status, body } = await harness.json('GET', '/api/v1/models');
  expect(status).toBe(200);
  expect(body.data).toEqual({
    servers: [groqServer],
    learnt: [{ ...fact, feature: 'response_format', at: '2026-11-28T12:00:00.000Z' }],
    away: [],
  });
});

test('a model that is away is told with its reason, how many wait for it', async () => {
  const harness = await createHarness();
  harness.database.sqlite
    .prepare('INSERT INTO model_outages (model, since, next_at, tries, reason) VALUES (?, ?, ?, 3, ?)')
    .run('groq/llama', now, now + 60_000, 'It cannot be reached.');
  const { body } = await harness.json('GET', '/api/v1/models');
  expect((body.data as { readonly away: unknown }).away).toEqual([
    {
      model: 'groq/llama',
      since: '2026-11-28T12:00:00.000Z',
      nextAt: '2026-11-28T12:01:00.000Z',
      reason: 'It cannot be reached.',
      waiting: 0,
    },
  ]);
});

test('what was learnt of one model is forgotten, what was learnt of another is not', async () => {
  const harness = await createHarness({ clock: () => now });
  const store = workerStore(harness);
  await store.keep({ ...fact, feature: 'response_format' });
  await store.keep({ ...fact, feature: 'stream' });
  await store.keep({ ...fact, model: 'groq/other', feature: 'stream' });
  const forget = async () => await harness.json('POST', '/api/v1/models/forget', { json: { model: fact.model } });
  expect(await forget()).toMatchObject({ status: 200, body: { data: { model: fact.model, forgotten: 2 } } });
  expect(await store.load()).toMatchObject([{ model: 'groq/other' }]);
  expect(await forget()).toMatchObject({ status: 200, body: { data: { forgotten: 0 } } });
});

test('a request that names no model is refused', async () => {
  const harness = await createHarness();
  const refused = await harness.json('POST', '/api/v1/models/forget', { json: { model: '' } });
  expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
});
