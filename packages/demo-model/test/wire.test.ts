import { isPerdureError } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { ask, eventsOf, pieceOf, post, start, textOf, type Chunk } from './talk.ts';

const usage = {
  prompt_tokens: expect.any(Number),
  completion_tokens: expect.any(Number),
  total_tokens: expect.any(Number),
};

describe('an answer as one body', () => {
  test('has the members of a chat completion and names the demo model whatever model was asked for', async () => {
    await using model = await start();
    const { status, headers, body } = await ask(model, { model: 'gpt-5' });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(body).toEqual({
      id: 'chatcmpl-demo-1',
      object: 'chat.completion',
      created: expect.any(Number),
      model: 'demo-model',
      choices: [{ index: 0, message: { role: 'assistant', content: expect.any(String) }, finish_reason: 'stop' }],
      usage,
    });
  });

  test('says in a plain text that a demo model wrote it', async () => {
    await using model = await start();
    const text = textOf(await ask(model));
    expect(text).toContain('URL shortener service');
    expect(text).toContain('demo model');
  });

  test('is the same for the same request', async () => {
    await using model = await start();
    expect(textOf(await ask(model))).toBe(textOf(await ask(model)));
  });
});

async function streamed(request: object) {
  await using model = await start();
  const response = await post(model, { stream: true, ...request });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  return eventsOf(await response.text());
}

describe('an answer as a stream', () => {
  test('begins with the role, carries the text in small pieces, and ends with a finish reason and [DONE]', async () => {
    const events = await streamed({});
    const chunks = events.slice(0, -1) as Chunk[];
    expect(events.at(-1)).toBe('[DONE]');
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(chunks.at(-1)?.choices[0]).toEqual({ index: 0, delta: {}, finish_reason: 'stop' });
    expect(chunks.every((chunk) => chunk.model === 'demo-model' && chunk.object === 'chat.completion.chunk')).toBe(
      true,
    );
    const pieces = chunks.map(pieceOf);
    expect(pieces.length).toBeGreaterThan(5);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(24);
    await using model = await start();
    expect(pieces.join('')).toBe(textOf(await ask(model)));
  });

  test('has the usage in its last chunk when it was asked for, and in none otherwise', async () => {
    const asked = (await streamed({ stream_options: { include_usage: true } })) as Chunk[];
    expect(asked.at(-2)).toMatchObject({ choices: [], usage });
    const notAsked = (await streamed({})) as Chunk[];
    expect(notAsked.filter((chunk) => chunk.usage !== undefined)).toEqual([]);
  });
});

const isTextOrNull = (value: unknown) => value === null || typeof value === 'string';

const error = (type: string) => ({
  error: {
    message: expect.any(String),
    type,
    code: expect.toSatisfy(isTextOrNull),
    param: expect.toSatisfy(isTextOrNull),
  },
});
test.for([
  ['an unknown path', 404, '/v1/embeddings', { method: 'POST' }],
  ['a wrong method', 405, '/v1/chat/completions', { method: 'GET' }],
  ['a body that is not declared as JSON', 415, '/v1/chat/completions', { method: 'POST', body: '{}' }],
  ['a body that is not JSON', 400, '/v1/chat/completions', { method: 'POST', body: '{', json: true }],
  ['a body without messages', 400, '/v1/chat/completions', { method: 'POST', body: '{"model":"x"}', json: true }],
] as const)('%s is refused with %d in the shape of an OpenAI error', async ([, status, path, init]) => {
  await using model = await start();
  const headers = 'json' in init ? { 'content-type': 'application/json' } : { 'content-type': 'text/plain' };
  const response = await fetch(new URL(path, model.url), { ...init, headers });
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual(error('invalid_request_error'));
  expect(model.requests()).toEqual([]);
});

describe('other requests', () => {
  test('the list of models holds demo-model alone', async () => {
    await using model = await start();
    const response = await fetch(`${model.url}/models`);
    expect(await response.json()).toMatchObject({ object: 'list', data: [{ id: 'demo-model', object: 'model' }] });
  });

  test('a body above the limit is refused with 413', async () => {
    await using model = await start();
    const { status } = await ask(model, { messages: [{ role: 'user', content: 'x'.repeat(9 * 1024 * 1024) }] });
    expect(status).toBe(413);
  });

  test('a port in use is a refusal that names the port and the flag', async () => {
    await using model = await start();
    const error: unknown = await start({ port: model.port }).catch((error: unknown) => error);
    expect(isPerdureError(error, 'port_busy') && error.message).toMatch(
      new RegExp(`Port ${model.port} .*--demo-model-port`),
    );
  });
});
