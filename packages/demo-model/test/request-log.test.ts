import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@perdure/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask, post, start, withSchema } from './talk.ts';

let folder: string;
let logFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-model-'));
  logFile = join(folder, 'requests.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true }));

const lines = (): readonly unknown[] =>
  readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const idempotencyKey = '0192f0c1-2b3a-7c4d-8e5f-001122334455/review/1/planner/turn-1/1';
const clock = { now: () => 1_700_000_000_000, sleep: () => Promise.resolve() };

test('a request has one line when it arrives and one when it was answered, both with its idempotency key', async () => {
  await using model = await start({ logFile, clock });
  await ask(model, withSchema({ type: 'object' }), { headers: { 'idempotency-key': idempotencyKey } });
  const at = '2023-11-14T22:13:20.000Z';
  expect(lines()).toEqual([
    {
      event: 'request',
      n: 1,
      at,
      api: 'chat',
      idempotencyKey,
      model: 'any',
      stream: false,
      messages: 1,
      promptHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      responseFormat: true,
    },
    { event: 'answered', n: 1, at, idempotencyKey, status: 200 },
  ]);
});

test('the line of a request is on disk while its answer is still being waited for', async () => {
  await using model = await start({ logFile, script: [{ delayMs: 600_000 }] });
  const leave = new AbortController();
  const asked = ask(model, {}, { signal: leave.signal });
  await until(() => lines().length === 1, { what: 'one line' });
  expect(lines()).toMatchObject([{ event: 'request', n: 1, idempotencyKey: null }]);
  leave.abort();
  await expect(asked).rejects.toThrow('aborted');
  await until(() => lines().length === 2, { what: 'two lines' });
  expect(lines()[1]).toMatchObject({ event: 'aborted', n: 1, by: 'client' });
});

test('a refusal is answered and logged with its status', async () => {
  await using model = await start({ logFile, script: [{ status: 500 }] });
  await ask(model);
  expect(lines()[1]).toMatchObject({ event: 'answered', status: 500 });
  expect(model.requests()).toMatchObject([{ n: 1, outcome: { kind: 'answered', status: 500 } }]);
});

test('equal messages have equal hashes, other messages another one', async () => {
  await using model = await start();
  await ask(model);
  await ask(model, { model: 'other' });
  await ask(model, { messages: [{ role: 'user', content: 'something else' }] });
  const [first, second, third] = model.requests().map(({ promptHash }) => promptHash);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test('neither the API key nor the prompt gets into the log, which only its owner can read', async () => {
  await using model = await start({ logFile });
  const headers = { authorization: 'Bearer sk-secret' };
  await (await post(model, { stream: true }, { headers })).text();
  await until(() => lines().length === 2, { what: 'two lines' });
  expect(readFileSync(logFile, 'utf8')).not.toMatch(/sk-secret|Bearer|shortener/i);
  expect(statSync(logFile).mode & 0o777).toBe(0o600);
});

test('a second start appends to the log of the first', async () => {
  for (let i = 0; i < 2; i += 1) {
    await using model = await start({ logFile });
    await ask(model);
  }
  expect(lines()).toHaveLength(4);
});
