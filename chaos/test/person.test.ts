/** A person who answers wrongly would order the very thing that the judge looks for. */

import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { createClient, type Client } from '@perdure/sdk';
import { expect, onTestFinished, test } from 'vitest';
import { readEffectLog } from '../effects-log.ts';
import { startEffectsServer } from '../effects-server.ts';
import { Person } from '../person.ts';

const runId = '01a1fdfd-3c19-753c-a2e0-6cb177572f5a';

const question = (id: string, stepKey: string, purpose = 'outcome') => ({
  id,
  runId,
  stepKey: `${stepKey}/outcome-1`,
  pipeline: 'p',
  purpose,
  question: 'Did it take effect?',
  context: { stepKey },
  askedAt: '2026-01-01T00:00:00.000Z',
});
type Question = ReturnType<typeof question>;

interface Answer {
  readonly id: string;
  readonly answer: unknown;
}

/** The two routes a person needs; requests whose number is in `broken` are cut off before they are looked at. */
async function startApi(open: readonly Question[], { broken }: { readonly broken: readonly number[] }) {
  const answers: Answer[] = [];
  let requests = 0;
  const serve = async (request: IncomingMessage): Promise<unknown> => {
    requests += 1;
    if (broken.includes(requests)) throw new Error('killed');
    if (request.method === 'GET') return open.filter(({ id }) => answers.every((given) => given.id !== id));
    const id = request.url?.split('/').at(-2) ?? '';
    answers.push({ id, ...((await json(request)) as { readonly answer: unknown }) });
    return open.find((wait) => wait.id === id);
  };
  const api = createServer(async (request, response) => {
    try {
      const data = await serve(request);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
    } catch {
      response.destroy();
    }
  });
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  onTestFinished(() => {
    api.closeAllConnections();
    api.close();
  });
  const client: Client = createClient({ url: `http://127.0.0.1:${(api.address() as AddressInfo).port}`, key: 'k' });
  return { answers, client: () => client };
}

async function startEffects() {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-effects-'));
  const file = join(folder, 'effects.ndjson');
  const effects = await startEffectsServer(file, () => 7);
  onTestFinished(async () => {
    await effects[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  await fetch(`${effects.url}/effect`, {
    method: 'POST',
    body: JSON.stringify({ idempotencyKey: `${runId}/sent`, tool: 'send', kind: 'once' }),
  });
  return { url: effects.url, lines: () => readEffectLog(file) };
}

test('what was attempted is done with its effect, what was not is run again, and nothing else is answered', async () => {
  const effects = await startEffects();
  const waits = [question('w0', 'asked', 'question'), question('w1', 'sent'), question('w2', 'unsent')];
  const api = await startApi(waits, { broken: [] });
  await using person = new Person({
    client: api.client,
    effectsUrl: effects.url,
    signal: new AbortController().signal,
  });
  await expect.poll(() => person.decisions.filter(({ isAcknowledged }) => isAcknowledged)).toHaveLength(2);
  expect(api.answers).toEqual([
    { id: 'w1', answer: { decision: 'done', result: { effect: 1 } } },
    { id: 'w2', answer: { decision: 'run_again' } },
  ]);
  expect(person.decisions.map(({ waitId, idempotencyKey, answer }) => ({ waitId, idempotencyKey, answer }))).toEqual([
    { waitId: 'w1', idempotencyKey: `${runId}/sent`, answer: '{"decision":"done","result":{"effect":1}}' },
    { waitId: 'w2', idempotencyKey: `${runId}/unsent`, answer: '{"decision":"run_again"}' },
  ]);
  expect(effects.lines().inquiries.map(({ asker, effect }) => [asker, effect])).toEqual([
    ['person', 1],
    ['person', null],
  ]);
});

test('an answer that was cut off is written down as not acknowledged, and given again', async () => {
  const effects = await startEffects();
  // A list, a list, an answer, and then both once more.
  const api = await startApi([question('w1', 'sent')], { broken: [1, 3] });
  await using person = new Person({
    client: api.client,
    effectsUrl: effects.url,
    signal: new AbortController().signal,
  });
  const acknowledged = () => person.decisions.map(({ isAcknowledged }) => isAcknowledged);
  await expect.poll(acknowledged).toEqual([false, true]);
  expect(api.answers).toEqual([{ id: 'w1', answer: { decision: 'done', result: { effect: 1 } } }]);
});
