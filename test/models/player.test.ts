/** The player answers as a shape says: bytes, pieces and ends of connections. */

import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startPlayer, type Player } from './player.ts';
import { shapesOf, type Api, type Shape, type WireAnswer } from './shape.ts';

const shape = (more: Partial<Shape>): Shape => ({
  ...shapesOf('some', 'chat', [
    {
      id: 'one',
      habit: 'It answers.',
      source: 'a/b#1',
      answers: [{ body: ['first'] }, { body: ['second'] }],
      expect: { status: 'completed' },
    },
  ])[0]!,
  ...more,
});

async function play(...shapes: readonly Shape[]): Promise<Player> {
  const player = await startPlayer(shapes);
  onTestFinished(async () => await player[Symbol.asyncDispose]());
  return player;
}

const paths: Readonly<Record<Api, string>> = { chat: 'chat/completions', messages: 'messages', responses: 'responses' };

function ask(
  { url }: Player,
  body: object,
  { api = 'chat', signal }: { readonly api?: Api; readonly signal?: AbortSignal } = {},
) {
  return fetch(`${url}/${paths[api]}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-mark': 'here' },
    body: JSON.stringify({ model: 'shape-one', stream: true, ...body }),
    ...(signal === undefined ? {} : { signal }),
  });
}

const said = async (player: Player, body: object = {}): Promise<string> => await (await ask(player, body)).text();
const answering = (answer: WireAnswer) => shape({ answers: [answer] });

describe('answers', () => {
  test('come one after the other, and the last one again', async () => {
    const player = await play(shape({}));
    expect([await said(player), await said(player), await said(player)]).toEqual(['first', 'second', 'second']);
  });

  test('begin anew where the agent is called more than once', async () => {
    const player = await play(shape({ times: 2 }));
    expect([await said(player), await said(player), await said(player)]).toEqual(['first', 'second', 'first']);
  });

  test('give way to the constrained one where a form of the answer is asked for, in each format', async () => {
    const constrained = { body: ['constrained'] };
    const player = await play(shape({ constrained }));
    expect(await said(player, { response_format: { type: 'json_schema' } })).toBe('constrained');
    expect(await said(player, { text: { format: { type: 'json_schema' } } })).toBe('constrained');
    expect(await said(player, { output_config: { format: { type: 'json_schema' } } })).toBe('constrained');
    expect(await said(player, { text: { format: { type: 'text' } } })).toBe('first');
  });

  test('are whole where no stream was asked for', async () => {
    const player = await play(answering({ body: ['stream'], whole: { said: 'whole' } }));
    expect(await said(player, { stream: false })).toBe('{"said":"whole"}');
    expect(await said(player)).toBe('stream');
  });

  test('have the status and the headers of the shape', async () => {
    const player = await play(answering({ status: 429, headers: { 'retry-after': '7' }, body: ['{}'] }));
    const response = await ask(player, {});
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
  });
});

describe('connections', () => {
  test('that are broken end with an error after what was said', async () => {
    const player = await play(answering({ body: ['half'], end: 'broken' }));
    const response = await ask(player, {});
    await expect(text(response.body as never)).rejects.toThrow();
  });

  test('that are broken before a word give no answer at all', async () => {
    const player = await play(answering({ body: [], end: 'broken' }));
    await expect(ask(player, {})).rejects.toThrow();
  });

  test('that stay open say nothing more and do not end', async () => {
    const player = await play(answering({ body: ['all of it'], end: 'open' }));
    const controller = new AbortController();
    const reader = (await ask(player, {}, { signal: controller.signal })).body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('all of it');
    const more = reader.read();
    const first = await Promise.race([
      more.then(() => 'ended'),
      new Promise((resolve) => setImmediate(resolve, 'open')),
    ]);
    expect(first).toBe('open');
    controller.abort();
    await expect(more).rejects.toThrow();
  });

  test('of bytes give them piece by piece', async () => {
    const player = await play(answering({ body: [Uint8Array.of(0xc3), Uint8Array.of(0xb6)] }));
    expect(await said(player)).toBe('ö');
  });
});

describe('requests', () => {
  test('are kept, refused ones with their refusal', async () => {
    const player = await play(
      shape({ rules: [(body) => (body['odd'] === true ? { status: 400, body: { error: 'odd' } } : undefined)] }),
    );
    expect((await ask(player, { odd: true })).status).toBe(400);
    expect(await said(player)).toBe('first');
    expect(player.requests('one').map(({ refusal }) => refusal?.status)).toEqual([400, undefined]);
    expect(player.requests('one')[0]?.headers['x-mark']).toBe('here');
    expect(player.requests('other')).toEqual([]);
  });

  test('count those that were refused before', async () => {
    const player = await play(
      shape({ rules: [(_body, { refused }) => (refused < 2 ? { status: 400, body: {} } : undefined)] }),
    );
    const statuses = [await ask(player, {}), await ask(player, {}), await ask(player, {})].map(({ status }) => status);
    expect(statuses).toEqual([400, 400, 200]);
  });

  test('for a shape of another format, or for none, are a 404', async () => {
    const player = await play(shape({}));
    expect((await ask(player, {}, { api: 'messages' })).status).toBe(404);
    expect((await ask(player, { model: 'shape-two' })).status).toBe(404);
  });

  test('may name the server before the model', async () => {
    const player = await play(shape({}));
    expect(await said(player, { model: 'chat/shape-one' })).toBe('first');
  });
});
