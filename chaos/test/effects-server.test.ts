/** The outside judge is only worth something if it is right itself. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readEffectLog, startEffectsServer } from '../effects-server.ts';

function logFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-effects-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'effects.ndjson');
}

async function act(url: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}/effect`, { method: 'POST', body: JSON.stringify(body) });
  return response.ok ? await response.json() : response.status;
}

test('a key is accepted once, and its later attempts get the same result and leave a line', async () => {
  const file = logFile();
  await using server = await startEffectsServer(file, () => 7);
  expect(await act(server.url, { idempotencyKey: 'a/1', attempt: 1 })).toEqual({ effect: 1 });
  expect(await act(server.url, { idempotencyKey: 'b/1', attempt: 1 })).toEqual({ effect: 2 });
  expect(await act(server.url, { idempotencyKey: 'a/1', attempt: 2 })).toEqual({ effect: 1 });
  expect(readEffectLog(file)).toEqual([
    { at: 7, outcome: 'accepted', idempotencyKey: 'a/1', attempt: 1, effect: 1 },
    { at: 7, outcome: 'accepted', idempotencyKey: 'b/1', attempt: 1, effect: 2 },
    { at: 7, outcome: 'duplicate', idempotencyKey: 'a/1', attempt: 2, effect: 1 },
  ]);
});

test('two attempts at the same moment are one effect', async () => {
  const file = logFile();
  await using server = await startEffectsServer(file, Date.now);
  const body = { idempotencyKey: 'a/1', attempt: 1, holdMs: 20 };
  const answers = await Promise.all(Array.from({ length: 10 }, () => act(server.url, body)));
  expect(answers).toEqual(Array.from({ length: 10 }, () => ({ effect: 1 })));
  expect(readEffectLog(file).filter((line) => line.outcome === 'accepted')).toHaveLength(1);
});

test('an effect whose caller hung up is in the log all the same', async () => {
  const file = logFile();
  await using server = await startEffectsServer(file, Date.now);
  const hangUp = new AbortController();
  const body = JSON.stringify({ idempotencyKey: 'a/1', attempt: 1, holdMs: 60_000 });
  const call = fetch(`${server.url}/effect`, { method: 'POST', body, signal: hangUp.signal });
  await expect.poll(() => readEffectLog(file)).toHaveLength(1);
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
  expect(readEffectLog(file)).toEqual([]);
});
