import { describe, expect, test } from 'vitest';
import { routes } from '@perdure/contract';
import { createHarness, eventually, type Harness } from './harness.ts';

const done = (body: unknown) => routes.pipeline.responses[200].parse(body);
const accepted = (body: unknown) => routes.pipeline.responses[202].parse(body);

/** The id of the run that a request in flight has started. */
const started = (harness: Harness) => eventually('the engine was told', () => harness.woken[0]);

describe('POST /pipeline', () => {
  test('answers plan, review and the ids of their steps when the run completes in time', async () => {
    const harness = await createHarness();
    const answer = harness.json('POST', '/pipeline', { json: { prompt: 'Build a URL shortener service' } });
    const id = await started(harness);
    const detail = { agent: 'planner', agentHash: 'a1', model: 'demo-model' };
    harness.worker.step(id, 'planner/turn-1', { kind: 'turn', detail });
    harness.worker.complete(id, {
      plan: { steps: ['one'] },
      review: { verdict: 'approved' },
      verdict: 'approved',
      rounds: 1,
      steps: { plan: 'planner', review: 'review/1/reviewer' },
    });
    const { status, body } = await answer;
    expect(status).toBe(200);
    expect(done(body)).toEqual({
      success: true,
      plan: { steps: ['one'] },
      review: { verdict: 'approved' },
      model: 'demo-model',
      runIds: { pipeline: id, plan: `${id}/planner`, review: `${id}/review/1/reviewer` },
    });
    expect((await harness.json('GET', `/api/v1/runs/${id}`)).body.data).toMatchObject({
      pipeline: 'plan-and-review',
      input: { prompt: 'Build a URL shortener service' },
    });
  });

  test('answers the whole output of a pipeline that has no plan and review', async () => {
    const harness = await createHarness();
    const schema = { type: 'object', required: ['prompt'] };
    await harness.database.kysely
      .updateTable('catalogue')
      .set({
        entry: JSON.stringify({ id: 'hello', description: '', origin: 'project', input: schema, output: {}, hash: '' }),
      })
      .where('id', '=', 'hello')
      .execute();
    const answer = harness.json('POST', '/pipeline', { json: { prompt: 'x', pipeline: 'hello' } });
    const id = await started(harness);
    harness.worker.complete(id, ['a']);
    expect(done((await answer).body)).toEqual({ success: true, output: ['a'], runIds: { pipeline: id } });
  });

  test('answers a failed run with success false and its error', async () => {
    const harness = await createHarness();
    const answer = harness.json('POST', '/pipeline', { json: { prompt: 'x' } });
    harness.worker.fail(await started(harness), { code: 'model_rejected', message: 'wrong key' });
    const { status, body } = await answer;
    expect(status).toBe(200);
    expect(done(body)).toMatchObject({ success: false, error: { code: 'model_rejected', message: 'wrong key' } });
  });

  test('answers a cancelled run with success false', async () => {
    const harness = await createHarness();
    const answer = harness.json('POST', '/pipeline', { json: { prompt: 'x' } });
    harness.worker.set(await started(harness), 'cancelled');
    expect(done((await answer).body)).toMatchObject({ success: false, error: { code: 'run_cancelled' } });
  });

  test('stops waiting for a run that needs somebody, and says why', async () => {
    const harness = await createHarness();
    const answer = harness.json('POST', '/pipeline', { json: { prompt: 'x' } });
    const id = await started(harness);
    harness.worker.set(id, 'needs_attention', { code: 'stalled', message: 'does not go on' });
    const { status, body } = await answer;
    expect(status).toBe(202);
    expect(accepted(body)).toMatchObject({ status: 'needs_attention', error: { code: 'stalled' } });
  });

  test('answers 202 and where to look when time is up', async () => {
    const harness = await createHarness();
    const { status, headers, body } = await harness.json('POST', '/pipeline', { json: { prompt: 'x', wait: 0.02 } });
    const { runIds, statusUrl } = accepted(body);
    expect(status).toBe(202);
    expect(statusUrl).toBe(`/api/v1/runs/${runIds.pipeline}`);
    expect(headers.get('location')).toBe(statusUrl);
  });

  test('answers 202 at once when asked to respond asynchronously', async () => {
    const { json } = await createHarness();
    const headers = { prefer: 'handling=lenient, respond-async' };
    const { status, body } = await json('POST', '/pipeline', { json: { prompt: 'x' }, headers });
    expect(status).toBe(202);
    expect(accepted(body).status).toBe('queued');
  });

  test('answers 202 at once when the engine is down: the run is recorded', async () => {
    const { json } = await createHarness({ waker: { wake: () => Promise.reject(new Error('no engine')) } });
    const { status, body } = await json('POST', '/pipeline', { json: { prompt: 'x' } });
    expect(status).toBe(202);
    const { runIds, error } = accepted(body);
    expect(error?.code).toBe('unavailable');
    expect((await json('GET', `/api/v1/runs/${runIds.pipeline}`)).status).toBe(200);
  });

  test('answers 202 when the server closes meanwhile', async () => {
    const harness = await createHarness();
    const answer = harness.json('POST', '/pipeline', { json: { prompt: 'x' } });
    await started(harness);
    harness.closing.abort();
    expect((await answer).status).toBe(202);
  });

  test('goes on without a client that went away', async () => {
    const harness = await createHarness();
    const client = new AbortController();
    const answer = harness.request('POST', '/pipeline', { json: { prompt: 'x' }, signal: client.signal });
    const id = await started(harness);
    client.abort();
    await answer.catch(() => undefined);
    expect((await harness.json('GET', `/api/v1/runs/${id}`)).body.data).toMatchObject({ status: 'queued' });
  });

  test('with a key used before answers the same run, whatever the wait', async () => {
    const harness = await createHarness();
    const headers = { 'idempotency-key': 'k' };
    const first = await harness.json('POST', '/pipeline', { json: { prompt: 'x', wait: 0 }, headers });
    const id = accepted(first.body).runIds.pipeline;
    harness.worker.complete(id, { plan: 1, review: 2 });
    const again = await harness.json('POST', '/pipeline', { json: { prompt: 'x', wait: 5 }, headers });
    expect(done(again.body)).toEqual({ success: true, plan: 1, review: 2, runIds: { pipeline: id } });
    expect(harness.woken).toEqual([id]);
    expect((await harness.json('POST', '/pipeline', { json: { prompt: 'y' }, headers })).status).toBe(409);
  });

  test('of an unknown pipeline is 404 and names those there are', async () => {
    const { json } = await createHarness();
    const { status, body } = await json('POST', '/pipeline', { json: { prompt: 'x', pipeline: 'nothing' } });
    expect(status).toBe(404);
    expect(body.details).toEqual({ pipelines: ['hello', 'plan-and-review'] });
  });
});
