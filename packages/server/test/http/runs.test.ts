import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { routes, type RunSummary, type WireStep } from '@perdure/contract';
import { createHarness, startHello } from './harness.ts';

const hello = { pipeline: 'hello', input: { name: 'Ada' } };

describe('starting a run', () => {
  test('records it, tells the engine, and says where it is', async () => {
    const { json, woken } = await createHarness();
    const { status, headers, body } = await json('POST', '/api/v1/runs', { json: hello });
    const { data } = routes.startRun.responses[201].parse(body);
    expect(status).toBe(201);
    expect(data).toMatchObject({ pipeline: 'hello', status: 'queued', input: { name: 'Ada' } });
    expect(headers.get('location')).toBe(`/api/v1/runs/${data.id}`);
    expect(woken).toEqual([data.id]);
  });

  test('with the same key and body is the same run, with another body a conflict', async () => {
    const { json } = await createHarness();
    const headers = { 'idempotency-key': 'k1' };
    const first = await json('POST', '/api/v1/runs', { json: hello, headers });
    const reordered = { input: { name: 'Ada' }, pipeline: 'hello' };
    const again = await json('POST', '/api/v1/runs', { json: reordered, headers });
    const other = await json('POST', '/api/v1/runs', { json: { ...hello, input: { name: 'Bob' } }, headers });
    expect([first.status, again.status, other.status]).toEqual([201, 200, 409]);
    expect((again.body.data as { id: string }).id).toBe((first.body.data as { id: string }).id);
    expect(((await json('GET', '/api/v1/runs')).body.data as unknown[]).length).toBe(1);
  });

  test('many times at once with one key is one run', async () => {
    const { json } = await createHarness();
    const headers = { 'idempotency-key': 'k1' };
    const all = await Promise.all(
      Array.from({ length: 20 }, () => json('POST', '/api/v1/runs', { json: hello, headers })),
    );
    expect(new Set(all.map(({ body }) => (body.data as { id: string }).id)).size).toBe(1);
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  test('of a pipeline that could not be loaded tells why', async () => {
    const { json } = await createHarness();
    const { status, body } = await json('POST', '/api/v1/runs', { json: { ...hello, pipeline: 'broken' } });
    expect(status).toBe(404);
    expect(body.error).toContain('it has no run function');
  });

  test('of an unknown pipeline names those that are known', async () => {
    const { json } = await createHarness();
    const { status, body } = await json('POST', '/api/v1/runs', { json: { pipeline: 'nothing', input: {} } });
    expect(status).toBe(404);
    expect(body.error).toContain('hello, plan-and-review');
  });

  test('with an input its schema refuses names the field and records nothing', async () => {
    const { json, woken } = await createHarness();
    const wrong = async (input: unknown) =>
      (await json('POST', '/api/v1/runs', { json: { pipeline: 'plan-and-review', input } })).body;
    expect(await wrong({})).toMatchObject({ code: 'invalid_input', details: { field: 'input.prompt' } });
    expect(await wrong({ prompt: 1 })).toMatchObject({ details: { field: 'input.prompt' } });
    expect(await wrong({ prompt: 'x', more: 1 })).toMatchObject({ details: { field: 'input.more' } });
    expect(await wrong(undefined)).toMatchObject({ details: { field: 'body.input' } });
    expect(woken).toEqual([]);
    expect((await json('GET', '/api/v1/runs')).body.data).toEqual([]);
  });

  test('before the worker has ever come up is told as not available yet', async () => {
    const { json, database } = await createHarness();
    await database.kysely.deleteFrom('catalogue').execute();
    expect((await json('POST', '/api/v1/runs', { json: hello })).status).toBe(503);
  });

  test('while the engine is down is acknowledged all the same', async () => {
    const harness = await createHarness({ waker: { wake: () => Promise.reject(new Error('no engine')) } });
    expect((await harness.json('POST', '/api/v1/runs', { json: hello })).status).toBe(201);
    expect(harness.logged.join()).toContain('no engine');
  });
});

describe('reading runs', () => {
  test('pages through all of them, newest first, each once, while new ones come', async () => {
    const harness = await createHarness();
    const ids: string[] = [];
    for (let i = 0; i < 7; i += 1) ids.push(await startHello(harness));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await harness.json('GET', `/api/v1/runs?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      const page = routes.listRuns.responses[200].parse(body);
      seen.push(...page.data.map((run) => run.id));
      cursor = page.next;
      await startHello(harness);
    } while (cursor !== undefined);
    // Ids of one millisecond are in no order of their own: newest first means by id.
    expect(seen.filter((id) => ids.includes(id))).toEqual(ids.toSorted().toReversed());
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('filters by status and pipeline', async () => {
    const harness = await createHarness();
    const [first, second] = [await startHello(harness), await startHello(harness)];
    harness.worker.complete(first, null);
    const list = async (query: string) =>
      ((await harness.json('GET', `/api/v1/runs?${query}`)).body.data as RunSummary[]).map((run) => run.id);
    expect(await list('status=completed')).toEqual([first]);
    expect(await list('status=queued&pipeline=hello')).toEqual([second]);
    expect(await list('pipeline=plan-and-review')).toEqual([]);
  });

  test('shows a run with its output, and its error only while it matters', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    const get = async () =>
      routes.getRun.responses[200].parse((await harness.json('GET', `/api/v1/runs/${id}`)).body).data;
    harness.worker.set(id, 'running', { code: 'step_failed', message: 'old news' });
    expect(await get()).not.toHaveProperty('error');
    harness.worker.set(id, 'needs_attention', { code: 'stalled', message: 'does not go on' });
    expect(await get()).toMatchObject({ error: { code: 'stalled' } });
    harness.worker.complete(id, { greeting: 'Hello' });
    expect(await get()).toMatchObject({ status: 'completed', output: { greeting: 'Hello' } });
  });

  test('shows a step by its id, whether its slashes are encoded or not, also under a name of a route', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    harness.worker.step(id, 'review/1/planner/turn-1', { result: { x: 1 } });
    harness.worker.step(id, 'steps', { result: 'named like a route' });
    const get = async (path: string) => (await harness.json('GET', `/api/v1/runs/${path}`)).body.data as WireStep;
    expect(await get(`${id}/review/1/planner/turn-1`)).toMatchObject({
      key: 'review/1/planner/turn-1',
      result: { x: 1 },
    });
    expect((await get(encodeURIComponent(`${id}/review/1/planner/turn-1`))).key).toBe('review/1/planner/turn-1');
    expect((await get(`${id}%2Fsteps`)).result).toBe('named like a route');
    expect((await harness.request('GET', `/api/v1/runs/${id}/nothing`)).status).toBe(404);
  });

  test('lists steps in order, page by page, with the size of a large result that the step alone has', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    for (const key of ['a', 'b', 'c']) harness.worker.step(id, key, { result: key });
    const hash = createHash('sha256').update('"large"').digest('hex');
    harness.database.sqlite.exec(`INSERT INTO blobs VALUES ('${hash}', '"large"', 1)`);
    harness.database.sqlite.exec(`UPDATE steps SET result = NULL, result_blob = '${hash}' WHERE key = 'b'`);
    const first = (await harness.json('GET', `/api/v1/runs/${id}/steps?limit=2`)).body;
    const { data } = routes.listSteps.responses[200].parse(first);
    expect(data.map((step) => step.status === 'done' && [step.result, step.resultBytes])).toEqual([
      ['a', undefined],
      [undefined, 7],
    ]);
    expect((await harness.json('GET', `/api/v1/runs/${id}/b`)).body.data).toMatchObject({ result: 'large' });
    const second = (await harness.json('GET', `/api/v1/runs/${id}/steps?cursor=${String(first['next'])}`)).body;
    expect((second.data as WireStep[]).map((step) => step.key)).toEqual(['c']);
    expect(second).not.toHaveProperty('next');
  });

  test('tells the transcript from the turns alone', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    harness.worker.step(id, 'planner', { kind: 'agent', result: {} });
    harness.worker.step(id, 'planner/turn-1', {
      kind: 'turn',
      detail: { agent: 'planner', agentHash: 'h', model: 'm' },
      result: {
        messages: [
          { role: 'user', content: 'hi' },
          { role: 'assistant', content: 'ho' },
        ],
        text: 'ho',
        finishReason: 'stop',
      },
    });
    const { body } = await harness.json('GET', `/api/v1/runs/${id}/transcript`);
    expect(routes.getTranscript.responses[200].parse(body).data).toEqual([
      { stepKey: 'planner/turn-1', agent: 'planner', role: 'user', content: 'hi' },
      { stepKey: 'planner/turn-1', agent: 'planner', role: 'assistant', content: 'ho' },
    ]);
  });

  test('lists what the worker has published', async () => {
    const { json } = await createHarness();
    const { data: agents } = routes.listAgents.responses[200].parse((await json('GET', '/api/v1/agents')).body);
    const { data: pipelines } = routes.listPipelines.responses[200].parse(
      (await json('GET', '/api/v1/pipelines')).body,
    );
    expect(agents.map((agent) => agent.name)).toEqual(['planner']);
    expect(pipelines.map((pipeline) => pipeline.id)).toEqual(['hello', 'plan-and-review']);
    const { data: tools } = routes.listTools.responses[200].parse((await json('GET', '/api/v1/tools')).body);
    expect(tools).toMatchObject([{ id: 'shell', effect: 'once', confirm: true, enabled: false }]);
  });
});

describe('orders', () => {
  test('are recorded, the engine is told, the run is answered', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    const { status, body } = await harness.json('POST', `/api/v1/runs/${id}/pause`);
    expect(status).toBe(202);
    expect(routes.pauseRun.responses[202].parse(body).data.id).toBe(id);
    expect(harness.woken).toEqual([id, id]);
    expect(await harness.database.kysely.selectFrom('orders').select(['kind', 'actor']).execute()).toEqual([
      { kind: 'pause', actor: 'owner' },
    ]);
  });

  test('that make no sense now are refused with what is possible', async () => {
    const harness = await createHarness();
    const id = await startHello(harness);
    const refused = await harness.json('POST', `/api/v1/runs/${id}/resume`);
    expect(refused.status).toBe(409);
    expect(refused.body.details).toEqual({ status: 'queued', possible: ['pause', 'cancel', 'steer'] });
    harness.worker.complete(id, null);
    expect((await harness.json('POST', `/api/v1/runs/${id}/cancel`)).body.details).toMatchObject({ possible: [] });
  });

  test('to a run that does not exist are 404', async () => {
    const { request } = await createHarness();
    for (const verb of ['pause', 'resume', 'cancel', 'retry']) {
      const response = await request('POST', `/api/v1/runs/01890000-0000-7000-8000-000000000000/${verb}`);
      expect(response.status).toBe(404);
    }
  });

  test('retry brings a failed run back, but not one whose effects were undone', async () => {
    const harness = await createHarness();
    const [failed, undone] = [await startHello(harness), await startHello(harness)];
    const error = { code: 'step_failed', message: 'broke' };
    harness.worker.fail(failed, error);
    harness.worker.step(undone, 'undo/a', { kind: 'undo' });
    harness.worker.fail(undone, error);
    const retried = await harness.json('POST', `/api/v1/runs/${failed}/retry`);
    expect(retried).toMatchObject({ status: 202, body: { data: { status: 'queued' } } });
    const refused = await harness.json('POST', `/api/v1/runs/${undone}/retry`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(refused.body.error).toContain('undone');
  });
});
