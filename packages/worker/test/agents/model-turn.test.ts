import { inspect } from 'node:util';
import type { ServerResponse } from 'node:http';
import { startDemoModel, type DemoModel } from '@perdure/demo-model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelTurnRequest } from '@perdure/models';
import { chunk, refuse, startPeer, streamAnswer } from './support/peer.ts';
import { turnAt as turnWith } from './support/turn-at.ts';

const apiKey = 'key-that-must-not-appear';
const prompt = 'prompt that must not appear';
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['answer'],
  properties: { answer: { type: 'string' } },
};

function request(more: Partial<ModelTurnRequest> = {}): ModelTurnRequest {
  return {
    instructions: 'Be brief.',
    messages: [{ role: 'user', content: prompt }],
    schema,
    tools: [],
    mustAnswer: false,
    idempotencyKey: 'run/step/1',
    signal: new AbortController().signal,
    ...more,
  };
}

function stream(response: ServerResponse, ...parts: readonly string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(parts.join(''));
}

function systemMessage(body: Readonly<Record<string, unknown>> | undefined): string {
  const [system] = (body?.['messages'] ?? []) as readonly { readonly content: string }[];
  return system?.content ?? '';
}

const turnAt = (baseUrl: string) => turnWith({ baseUrl, apiKey, modelId: 'org/some-model:free' });

/** The error, after making sure that nothing secret is anywhere in it. */
async function failure(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => 'no error',
    (error: unknown) => error,
  );
  for (const secret of [apiKey, prompt, 'Be brief'])
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secret);
  return error;
}

describe('against the demo model', () => {
  let demo: DemoModel;
  beforeEach(async () => {
    demo = await startDemoModel({ port: 0 });
  });
  afterEach(() => demo.close());

  test('an answer comes with its text in pieces, its usage and the name of the model that gave it', async () => {
    demo.setScript([{ json: { answer: 'forty two, and a few words more than fit into one piece' } }]);
    const pieces: string[] = [];
    const result = await turnAt(demo.url)(request({ onText: (delta) => pieces.push(delta) }));
    expect(JSON.parse(result.text)).toEqual({ answer: expect.stringContaining('forty two') });
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe(result.text);
    expect(result).toMatchObject({
      message: { role: 'assistant', content: result.text },
      ending: 'answered',
      asked: 'default/org/some-model:free',
      model: 'demo-model',
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
    });
  });

  test.each([
    [401, 'model_rejected', 'check AI_API_KEY'],
    [404, 'model_rejected', 'check AI_BASE_URL and MODEL_ID'],
    [429, 'model_unavailable', 'too many requests'],
    [503, 'model_unavailable', 'cannot answer now'],
  ])('status %i becomes %s after one request, and its message says what to do', async (status, code, message) => {
    demo.setScript([{ status, retryAfter: 7 }]);
    const error = await failure(turnAt(demo.url)(request()));
    expect(error).toMatchObject({ code, message: expect.stringContaining(message), details: { status } });
    expect(demo.requests()).toHaveLength(1);
    if (status >= 429) expect(error).toMatchObject({ details: { retryAfterMs: 7_000 } });
  });

  test('a wrong key is refused without being repeated in the error', async () => {
    demo.setScript([{ apiKey: 'another' }]);
    expect(await failure(turnAt(demo.url)(request()))).toMatchObject({
      code: 'model_rejected',
      details: { status: 401 },
    });
  });

  test('a connection that breaks in the middle of an answer is an error that may pass, not a short answer', async () => {
    demo.setScript([{ json: { answer: 'x'.repeat(200) }, cutStreamAfter: 48 }]);
    const error = await failure(turnAt(demo.url)(request()));
    expect(error).toMatchObject({
      code: 'model_unavailable',
      message: expect.stringContaining('broke off'),
    });
  });

  test('a server without structured output is asked once more without it, and never again with it', async () => {
    demo.setScript([{ rejectResponseFormat: true }]);
    const turn = turnAt(demo.url);
    await turn(request());
    await turn(request({ idempotencyKey: 'run/step-2/1' }));
    expect(demo.requests().map(({ responseFormat, idempotencyKey }) => [responseFormat, idempotencyKey])).toEqual([
      [true, 'run/step/1'],
      [false, 'run/step/1-without-response_format'],
      [false, 'run/step-2/1-without-response_format'],
    ]);
    await turn(request({ model: 'another' }));
    expect(demo.requests().at(3)?.responseFormat).toBe(true);
  });

  test('an abort in the middle of an answer rejects with an AbortError and hangs up', async () => {
    demo.setScript([{ json: { answer: 'x'.repeat(200) }, pieceDelayMs: 60_000 }]);
    const abort = new AbortController();
    const aborted = turnAt(demo.url)(request({ signal: abort.signal, onText: () => abort.abort() }));
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => demo.requests()[0]?.outcome).toEqual({ kind: 'aborted', by: 'client' });
  });

  test('nothing is requested when the signal was aborted before', async () => {
    await expect(turnAt(demo.url)(request({ signal: AbortSignal.abort() }))).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(demo.requests()).toEqual([]);
  });
});

describe('on the wire', () => {
  test('key, model, transcript, schema, temperature and the wish for token counts are sent as they should', async () => {
    await using peer = await startPeer((response, got) => streamAnswer(response, got, '{"answer":"yes"}'));
    const messages = [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: '{"answer":1}' },
      { role: 'user', content: 'two' },
    ] as const;
    const result = await turnAt(peer.url)(request({ messages, temperature: 0.3 }));
    expect(result).toMatchObject({
      text: '{"answer":"yes"}',
      model: 'served-model',
      usage: { inputTokens: 7, outputTokens: 3 },
    });
    expect(peer.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${apiKey}`,
      'idempotency-key': 'run/step/1',
    });
    expect(peer.requests[0]?.body).toEqual({
      model: 'org/some-model:free',
      temperature: 0.3,
      stream: true,
      stream_options: { include_usage: true },
      response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
      messages: [{ role: 'system', content: 'Be brief.' }, ...messages],
    });
  });

  test('a server that takes no schema is told the schema in the instructions', async () => {
    await using peer = await startPeer((response, got) => {
      if ('response_format' in got.body) refuse(response, 422, "Unsupported parameter: 'response_format'");
      else streamAnswer(response, got, '{"answer":"yes"}');
    });
    await turnAt(peer.url)(request());
    expect(systemMessage(peer.requests[1]?.body)).toContain(JSON.stringify(schema));
  });

  test('a server that does not know stream_options is asked without, and then no usage is reported', async () => {
    await using peer = await startPeer((response, got) => {
      if ('stream_options' in got.body) refuse(response, 400, 'Extra inputs are not permitted: stream_options');
      else streamAnswer(response, got, '{"answer":"yes"}');
    });
    const result = await turnAt(peer.url)(request());
    expect(result).not.toHaveProperty('usage');
    expect(peer.requests.map(({ body }) => 'response_format' in body)).toEqual([true, true]);
  });

  test('a refusal that nothing helps against is final when each part that may be left out was, in its first words', async () => {
    await using peer = await startPeer((response) => refuse(response, 400, `bad: ${prompt} ${apiKey}`));
    const error = await failure(turnAt(peer.url)(request()));
    expect(error).toMatchObject({
      code: 'model_rejected',
      message: expect.stringContaining('400 (invalid_request_error)'),
    });
    expect(peer.requests.map(({ body }) => ['response_format' in body, 'stream_options' in body])).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ]);
  });

  test('without a key no authorization is sent', async () => {
    await using peer = await startPeer((response, got) => streamAnswer(response, got, '{}'));
    await turnWith({ baseUrl: peer.url, modelId: 'm' })(request());
    expect(peer.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test('turns at the same time do not mix their instructions, keys and answers', async () => {
    await using peer = await startPeer((response, got) => {
      streamAnswer(response, got, `${systemMessage(got.body)} ${String(got.headers['idempotency-key'])}`);
    });
    const turn = turnAt(peer.url);
    const names = Array.from({ length: 20 }, (_, n) => `agent-${n}`);
    const answers = await Promise.all(
      names.map((name) => turn(request({ instructions: name, idempotencyKey: `k-${name}` }))),
    );
    expect(answers.map(({ text }) => text)).toEqual(names.map((name) => `${name} k-${name}`));
  });

  test.each([
    ['ends without a finish reason', [chunk({ content: '{"answer":"hal' })]],
    ['ends before it began', []],
  ])('a stream that %s is an error that may pass', async (_case, parts) => {
    await using peer = await startPeer((response) => stream(response, ...parts));
    const error = await failure(turnAt(peer.url)(request()));
    expect(error).toMatchObject({ code: 'model_unavailable', message: expect.stringContaining('broke off') });
  });

  test('a stream that turns into an error is an error that may pass, in the words of the server', async () => {
    await using peer = await startPeer((response) =>
      stream(response, chunk({ content: '{"ans' }), 'data: {"error":{"message":"overloaded"}}\n\n'),
    );
    const error = await failure(turnAt(peer.url)(request()));
    expect(error).toMatchObject({ code: 'model_unavailable', message: expect.stringContaining('"overloaded"') });
  });

  test('a stream that is not readable is final, told by chunk, and its end is kept', async () => {
    await using peer = await startPeer((response) =>
      stream(response, chunk({ content: '{"ans' }), 'data: {{{\n\n', chunk({ content: 'wer":1}' })),
    );
    const error = await failure(turnAt(peer.url)(request()));
    expect(error).toMatchObject({
      code: 'model_rejected',
      message: expect.stringContaining('in chunk 2, it is not JSON'),
      details: { tail: expect.stringContaining('{{{') },
    });
    expect(peer.requests).toHaveLength(1);
  });

  test('a connection that is closed before any answer is an error that may pass', async () => {
    await using peer = await startPeer((response) => response.destroy());
    const error = await failure(turnAt(peer.url)(request()));
    expect(error).toMatchObject({ code: 'model_unavailable', message: expect.stringContaining('broke off') });
  });

  test('an error in the stream with a status of its own is classified by it', async () => {
    await using peer = await startPeer((response) =>
      stream(response, 'data: {"error":{"message":"no","code":401}}\n\n'),
    );
    expect(await failure(turnAt(peer.url)(request()))).toMatchObject({
      code: 'model_rejected',
      details: { status: 401 },
    });
  });

  test('an answer that met the output limit of the model says so', async () => {
    await using peer = await startPeer((response) =>
      stream(response, chunk({ content: '{"a' }), chunk({}, { finish: 'length' })),
    );
    expect(await turnAt(peer.url)(request())).toMatchObject({ text: '{"a', ending: 'length' });
  });

  test('a web page instead of an event stream is final and names AI_BASE_URL', async () => {
    await using peer = await startPeer((response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>');
    });
    const error = await failure(turnAt(peer.url)(request()));
    expect(error).toMatchObject({ code: 'model_rejected', message: expect.stringContaining('AI_BASE_URL') });
  });

  test('a server that is not there is an error that may pass and names the address and the reason', async () => {
    const peer = await startPeer(() => {});
    await peer[Symbol.asyncDispose]();
    const error = await failure(turnAt(peer.url)(request()));
    expect(error).toMatchObject({ code: 'model_unavailable', message: expect.stringContaining('(ECONNREFUSED)') });
    expect(error).toMatchObject({ message: expect.stringContaining(new URL(peer.url).origin) });
  });

  test.each(['not a url', 'ftp://127.0.0.1/v1', 'http://user:secret@127.0.0.1/v1'])(
    'the base address %j is refused',
    (baseUrl) => {
      const make = () => turnWith({ baseUrl, modelId: 'm' });
      expect(make).toThrow(
        expect.objectContaining({ code: 'config_invalid', message: expect.not.stringContaining('secret') }),
      );
    },
  );
});
