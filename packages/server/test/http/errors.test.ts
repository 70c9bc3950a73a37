import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compact, errorBodySchema, errorCatalogue, maxBodyBytes } from '@perdure/contract';
import { propertySeed } from '@perdure/testing';
import { createHarness, ownerKey, startHello, type Harness } from './harness.ts';

async function expectError(response: Response, code: keyof typeof errorCatalogue) {
  const body = errorBodySchema.parse(await response.json());
  expect(body.code).toBe(code);
  expect(response.status).toBe(errorCatalogue[code].httpStatus);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('x-request-id')).toBe(body.requestId);
  return body;
}

const post = (
  harness: Harness,
  body: string | ReadableStream | Uint8Array<ArrayBuffer>,
  contentType = 'application/json',
) =>
  harness.app.request('/pipeline', {
    method: 'POST',
    headers: {
      host: '127.0.0.1',
      authorization: `Bearer ${ownerKey}`,
      ...compact({ 'content-type': contentType || undefined }),
    },
    body,
    duplex: 'half',
  });

describe('every failure is answered with the error body', () => {
  test('an unknown path is 404', async () => {
    const { request } = await createHarness();
    await expectError(await request('GET', '/api/v1/nothing'), 'not_found');
  });

  test('a known path with another method is 405 and names those there are', async () => {
    const { request } = await createHarness();
    const response = await request('DELETE', '/api/v1/runs');
    expect(response.headers.get('allow')).toBe('POST, GET');
    await expectError(response, 'method_not_allowed');
    await expectError(await request('PUT', '/api/v1/openapi.json'), 'method_not_allowed');
  });

  test('a body that is not JSON is 400', async () => {
    const harness = await createHarness();
    await expectError(await post(harness, '{"prompt": '), 'invalid_input');
    await expectError(await post(harness, ''), 'invalid_input');
    await expectError(await post(harness, Uint8Array.of(0x22, 0xff, 0x22)), 'invalid_input');
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    'a body of type "%s" is 415',
    async (type) => {
      const harness = await createHarness();
      await expectError(await post(harness, new Blob(['{"prompt":"x"}']).stream(), type), 'unsupported_media_type');
    },
  );

  test('a body too large is 413, also when it is streamed without a length', async () => {
    const harness = await createHarness();
    await expectError(await post(harness, JSON.stringify({ prompt: 'x'.repeat(maxBodyBytes) })), 'too_large');
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
    });
    await expectError(await post(harness, endless), 'too_large');
    expect(sent).toBeLessThan(2 * maxBodyBytes);
  });

  test('a body nested beyond reason is 400 and does not overflow a stack', async () => {
    const harness = await createHarness();
    const deep = `{"prompt":${'['.repeat(400_000)}${']'.repeat(400_000)}}`;
    const body = await expectError(await post(harness, deep), 'invalid_input');
    expect(body.error).toContain('nested');
  });

  test('invalid input names the field', async () => {
    const { request } = await createHarness();
    const wrong = async (json: unknown) =>
      (await expectError(await request('POST', '/pipeline', { json }), 'invalid_input')).error;
    expect(await wrong({})).toContain('body.prompt');
    expect(await wrong({ prompt: '  ' })).toContain('the prompt is empty');
    expect(await wrong({ prompt: 'x', wait: -1 })).toContain('body.wait');
    expect(await wrong({ prompt: 'x', promt: 'y' })).toContain('promt');
    expect(await wrong(null)).toContain('`body`');
    const query = await expectError(await request('GET', '/api/v1/runs?status=lost'), 'invalid_input');
    expect(query.error).toContain('query.status');
    await expectError(await request('GET', '/api/v1/runs?limit=1&limit=2'), 'invalid_input');
    await expectError(await request('GET', '/api/v1/runs?cursor=x'), 'invalid_input');
    await expectError(await request('GET', '/api/v1/runs?limit=0'), 'invalid_input');
  });

  test('a query parameter with a slip in its name is refused, with the names that are known', async () => {
    const { request } = await createHarness();
    const { error } = await expectError(await request('GET', '/api/v1/runs?statu=failed'), 'invalid_input');
    expect(error).toContain('"statu"');
    expect(error).toContain('status, pipeline');
    await expectError(await request('GET', '/api/v1/agents?x=1'), 'invalid_input');
    expect((await request('GET', '/health?x=1')).status).toBe(200);
  });

  test.each(['1e3', '0x10', '%205', '05', '5.0'])('a limit written as %s is refused', async (limit) => {
    const { request } = await createHarness();
    const { error } = await expectError(await request('GET', `/api/v1/runs?limit=${limit}`), 'invalid_input');
    expect(error).toContain('query.limit');
  });

  test.each(['1e999', '-1e999', '9007199254740993', '1e-999'])(
    'the number %s, which would become another one, is refused',
    async (number) => {
      const { app } = await createHarness();
      const headers = {
        host: '127.0.0.1',
        'content-type': 'application/json',
        authorization: `Bearer ${ownerKey}`,
      };
      const body = `{"pipeline":"hello","input":{"n":${number}}}`;
      const response = await app.request('/api/v1/runs', { method: 'POST', headers, body });
      expect((await expectError(response, 'invalid_input')).error).toContain(number);
    },
  );

  test('an id that cannot be one is 404', async () => {
    const { request } = await createHarness();
    for (const id of ['x', '..%2f..', '%00', '%ff', 'A'.repeat(2_000)]) {
      await expectError(await request('GET', `/api/v1/runs/${id}`), 'not_found');
    }
  });

  test('a bug is 500, keeps its internals to itself, and is logged with the request id', async () => {
    const bug = new Error('secret path /home/x');
    const harness = await createHarness({ catalogue: { read: () => Promise.reject(bug) } });
    const body = await expectError(await harness.request('GET', '/api/v1/agents'), 'internal');
    expect(JSON.stringify(body)).not.toContain('secret path');
    expect(harness.logged.join('\n')).toContain(body.requestId);
    expect(harness.logged.join('\n')).toContain('secret path');
  });

  test('a database that broke is told as such', async () => {
    const harness = await createHarness();
    await startHello(harness);
    const full = Object.assign(new Error('database or disk is full'), { errcode: 13 });
    const broken = await createHarness({ catalogue: { read: () => Promise.reject(full) } });
    await expectError(await broken.request('GET', '/api/v1/agents'), 'storage_full');
  });

  test('no garbage in bodies, headers or paths makes the server fail or answer without the error body', async () => {
    const harness = await createHarness();
    const text = fc.oneof(fc.json(), fc.string(), fc.constant('{"prompt":"x","__proto__":{"a":1},"wait":0}'));
    const header = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
    const path = fc.oneof(
      fc.constantFrom('/pipeline', '/api/v1/runs'),
      fc.webPath().map((rest) => `/api/v1/runs${rest}`),
    );
    await fc.assert(
      fc.asyncProperty(text, header, path, async (body, value, at) => {
        const response = await harness.request('POST', at, {
          headers: { 'idempotency-key': value, prefer: `respond-async, ${value}`, 'content-type': 'application/json' },
          json: undefined,
        });
        expect(response.status).toBeLessThan(500);
        const sent = await harness.app.request(at, {
          method: 'POST',
          headers: {
            host: '127.0.0.1',
            authorization: `Bearer ${ownerKey}`,
            'content-type': 'application/json',
            prefer: 'respond-async',
          },
          body,
        });
        expect(sent.status).toBeLessThan(500);
        if (!sent.ok) errorBodySchema.parse(await sent.json());
      }),
      { numRuns: 200, seed: propertySeed(20_261_130) },
    );
  });
});
