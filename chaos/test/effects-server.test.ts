/** The outside judge is only worth something if it is right itself. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readEffectLog } from '../effects-log.ts';
import { startEffectsServer } from '../effects-server.ts';

function logFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-effects-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'effects.ndjson');
}

const charge = { tool: 'charge', kind: 'idempotent' } as const;
const send = { tool: 'send', kind: 'once' } as const;

async function act(url: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}/effect`, { method: 'POST', body: JSON.stringify({ ...charge, ...body }) });
  return response.ok ? await response.json() : response.status;
}

async function ask(url: string, key: string): Promise<unknown> {
  const response = await fetch(`${url}/effect?asker=person&key=${encodeURIComponent(key)}`);
  return response.ok ? await response.json() : response.status;
}

test('a key is accepted once, and its later attempts get the same result and leave a line', async () => {
  const file = logFile();
  await using server = await startEffectsServer(file, () => 7);
  expect(await act(server.url, { idempotencyKey: 'a/1', attempt: 1 })).toEqual({ effect: 1 });
  expect(await act(server.url, { idempotencyKey: 'b/1', attempt: 1 })).toEqual({ effect: 2 });
  expect(await act(server.url, { idempotencyKey: 'a/1', attempt: 2 })).toEqual({ effect: 1 });
  const line = { type: 'attempt', at: 7, ...charge };
  expect(readEffectLog(file).attempts).toEqual([
    { ...line, outcome: 'accepted', idempotencyKey: 'a/1', attempt: 1, effect: 1 },
    { ...line, outcome: 'accepted', idempotencyKey: 'b/1', attempt: 1, effect: 2 },
    { ...line, outcome: 'duplicate', idempotencyKey: 'a/1', attempt: 2, effect: 1 },
  ]);
});

test('what is to happen once happens at each attempt: the world outside saves nobody from sending twice', async () => {
  const file = logFile();
  await using server = await startEffectsServer(file, Date.now);
  expect(await act(server.url, { ...send, idempotencyKey: 'a/1' })).toEqual({ effect: 1 });
  expect(await act(server.url, { ...send, idempotencyKey: 'a/1' })).toEqual({ effect: 2 });
  expect(readEffectLog(file).attempts.map((line) => line.outcome)).toEqual(['accepted', 'accepted']);
});

test('who asks is told whether there was an attempt, and that they asked is in the log', async () => {
  const file = logFile();
  await using server = await startEffectsServer(file, () => 7);
  expect(await ask(server.url, 'a/1')).toEqual({ effect: null });
  await act(server.url, { ...send, idempotencyKey: 'a/1' });
  expect(await ask(server.url, 'a/1')).toEqual({ effect: 1 });
  const line = { type: 'inquiry', at: 7, idempotencyKey: 'a/1', asker: 'person' };
  expect(readEffectLog(file).inquiries).toEqual([
    { ...line, effect: null },
    { ...line, effect: 1 },
  ]);
  expect(await (await fetch(`${server.url}/effects`)).json()).toEqual({ effects: 1 });
});

test('an attempt is known while its caller still waits for the answer', async () => {
  await using server = await startEffectsServer(logFile(), Date.now);
  const hangUp = new AbortController();
  const body = JSON.stringify({ ...send, idempotencyKey: 'a/1', holdMs: 60_000 });
  const call = fetch(`${server.url}/effect`, { method: 'POST', body, signal: hangUp.signal });
  await expect.poll(() => ask(server.url, 'a/1')).toEqual({ effect: 1 });
  hangUp.abort();
  await expect(call).rejects.toThrow();
});

test('two attempts at the same moment are one effect', async () => {
  const file = logFile();
  await using server = await startEffectsServer(file, Date.now);
  const body = { idempotencyKey: 'a/1', attempt: 1, holdMs: 20 };
  const answers = await Promise.all(Array.from({ length: 10 }, () => act(server.url, body)));
  expect(answers).toEqual(Array.from({ length: 10 }, () => ({ effect: 1 })));
  expect(readEffectLog(file).attempts.filter((line) => line.outcome === 'accepted')).toHaveLength(1);
});

test('an effect whose caller hung up is in the log all the same', async () => {
  const file = logFile();
  await using server = await startEffectsServer(file, Date.now);
  const hangUp = new AbortController();
  const body = JSON.stringify({ ...charge, idempotencyKey: 'a/1', attempt: 1, holdMs: 60_000 });
  const call = fetch(`${server.url}/effect`, { method: 'POST', body, signal: hangUp.signal });
  await expect.poll(() => readEffectLog(file).attempts).toHaveLength(1);
  hangUp.abort();
  await expect(call).rejects.toThrow();
  expect(await act(server.url, { idempotencyKey: 'a/1', attempt: 1 })).toEqual({ effect: 1 });
});

test('a server that goes on with a log knows what was accepted before', async () => {
  const file = logFile();
  {
    await using first = await startEffectsServer(file, Date.now);
    await act(first.url, { idempotencyKey: 'a/1', attempt: 1 });
  }
  await using second = await startEffectsServer(file, Date.now);
  expect(await act(second.url, { idempotencyKey: 'a/1', attempt: 1 })).toEqual({ effect: 1 });
  expect(await act(second.url, { idempotencyKey: 'b/1', attempt: 1 })).toEqual({ effect: 2 });
});

test('a request without a key is refused and leaves no line', async () => {
  const file = logFile();
  await using server = await startEffectsServer(file, Date.now);
  expect(await act(server.url, { attempt: 1 })).toBe(400);
  expect(await ask(server.url, '')).toBe(400);
  expect(readEffectLog(file)).toEqual({ attempts: [], inquiries: [] });
});
