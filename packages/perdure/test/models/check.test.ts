import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { defaultLimits } from '@perdure/models';
import { loadSettings } from '@perdure/home';
import { expect, onTestFinished, test } from 'vitest';
import { cli, createPlace, dataIn } from '../harness.ts';

interface Body {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: unknown;
  readonly response_format?: unknown;
}

async function answer(request: IncomingMessage, response: ServerResponse, asked: string[]): Promise<void> {
  const body = await readBody(request);
  asked.push(body.model);
  if (request.headers.authorization !== 'Bearer gsk-hunter2') return refuse(response, 401, 'wrong key');
  if (body.model === 'blind' && body.response_format !== undefined) {
    return refuse(response, 400, 'response_format is not supported');
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (choice: object) =>
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`);
  for (const delta of deltas(body)) send({ delta });
  send({ delta: {}, finish_reason: isCall(body) ? 'tool_calls' : 'stop' });
  response.end('data: [DONE]\n\n');
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message } }));
}

/** A model server with a key; `blind` takes no schema and answers without its tools. */
async function startServer(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => void answer(request, response, asked));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked };
}

const isCall = ({ model, tools, messages }: Body) =>
  model !== 'blind' && tools !== undefined && !messages.some(({ role }) => role === 'tool');

function deltas(body: Body): readonly object[] {
  if (isCall(body)) {
    const called = { name: 'thermometer', arguments: '{"city":"Oslo"}' };
    return [{ tool_calls: [{ index: 0, id: 'c1', type: 'function', function: called }] }];
  }
  if (body.tools === undefined) return [{ content: '{"capital":"Oslo",' }, { content: '"about":"At a fjord."}' }];
  return [{ content: body.model === 'blind' ? 'About 8 degrees.' : '{"celsius":' }, { content: '47}' }];
}

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Body;
}

function placeWith(url: string, more = '') {
  const place = createPlace();
  onTestFinished(() => place[Symbol.dispose]());
  writeFileSync(place.paths.envFile, 'GROQ_API_KEY=gsk-hunter2\n');
  const server = `  groq:\n    baseUrl: ${url}\n    key: env:GROQ_API_KEY\n`;
  writeFileSync(place.paths.config, `model:\n  id: groq/seeing\nmodels:\n${server}${more}`);
  return place;
}

test('each model that somebody asks is checked without the product, and told what it cannot do', async () => {
  const { url, asked } = await startServer();
  const place = placeWith(url, '    fallback: [groq/blind]\n');
  const { code, stdout, stderr } = await cli(['models', 'check'], { cwd: place.folder });
  const [head, seeing, blind, , ...troubles] = stdout.trimEnd().split('\n');
  expect(head).toMatch(/^MODEL +REACHABLE +KEY +ANSWERS +STREAMS +SCHEMA +TOOLS +TOOL ANSWER +SECONDS$/);
  expect(seeing).toMatch(/^groq\/seeing +ok +ok +ok +ok +ok +ok +ok +\d\.\d$/);
  expect(blind).toMatch(/^groq\/blind +ok +ok +ok +ok +no +no +- +\d\.\d$/);
  expect(troubles).toEqual([
    expect.stringMatching(/^! groq\/blind, schema: It takes no schema: the server answered 400/),
    expect.stringMatching(/^! groq\/blind, tools: It was offered a tool and made up an answer/),
  ]);
  expect([code, stderr]).toEqual([1, 'Asking groq/seeing …\nAsking groq/blind …\n']);
  expect(asked).toEqual(['seeing', 'seeing', 'seeing', 'blind', 'blind', 'blind']);
});

test('only what is named is asked, and a program is told in JSON', async () => {
  const { url, asked } = await startServer();
  const place = placeWith(url);
  const { code, stdout, stderr } = await cli(['models', 'check', 'groq/seeing', '--json'], { cwd: place.folder });
  expect([code, stderr]).toEqual([0, '']);
  expect(dataIn(stdout)).toMatchObject([
    { model: 'groq/seeing', origin: new URL(url).origin, checks: { toolAnswer: { kind: 'ok' } } },
  ]);
  expect(new Set(asked)).toEqual(new Set(['seeing']));
});

test('models of agents are asked too', async () => {
  const { url, asked } = await startServer();
  const place = placeWith(url);
  await cli(['agents', 'new', 'translator'], { cwd: place.folder });
  const file = join(place.folder, 'agents', 'translator', 'AGENT.md');
  const text = readFileSync(file, 'utf8').replace('tools: []', 'model: groq/other\ntools: [of-somebody-else]');
  writeFileSync(file, text);
  await cli(['models', 'check'], { cwd: place.folder });
  expect(new Set(asked)).toEqual(new Set(['seeing', 'other']));
});

test('a key that is refused and a server that is not there are told apart, and no key is shown', async () => {
  const { url } = await startServer();
  const place = placeWith(url, '  away:\n    baseUrl: http://127.0.0.1:9/v1\n');
  writeFileSync(place.paths.envFile, 'GROQ_API_KEY=gsk-hunter3\n');
  const { code, stdout } = await cli(['models', 'check', 'groq/seeing', 'away/m'], { cwd: place.folder });
  expect(code).toBe(1);
  expect(stdout).toMatch(/groq\/seeing +ok +no +- /);
  expect(stdout).toMatch(/away\/m +no +- /);
  expect(stdout).toMatch(/! groq\/seeing, key: .*check models\.groq\.key/);
  expect(stdout).toMatch(/! away\/m, reachable: .*cannot be reached/);
  expect(stdout).not.toContain('hunter');
});

test('where no model is configured there is nothing to check, and that is said', async () => {
  using place = createPlace();
  const { code, stderr } = await cli(['models', 'check'], { cwd: place.folder });
  expect(code).toBe(2);
  expect(stderr).toContain('No model is configured: the demo model answers');
});

test('a server of which nobody asks a model wants one to be named', async () => {
  const place = placeWith('http://127.0.0.1:9/v1', '  spare:\n    baseUrl: http://127.0.0.1:9/v1\n');
  const { code, stderr } = await cli(['models', 'check', 'spare'], { cwd: place.folder });
  expect([code, stderr]).toEqual([2, expect.stringContaining('name one, as spare/<model>')]);
});

test('config explain says which server is asked through which proxy', async () => {
  const place = placeWith('https://api.groq.com/openai/v1');
  const env = { HTTPS_PROXY: 'http://u:hunter2@proxy:3128', AI_BASE_URL: 'http://127.0.0.1:11434/v1' };
  const { stdout } = await cli(['config', 'explain'], { cwd: place.folder, env });
  expect(stdout).toMatch(/models\.groq\.proxy +through the proxy http:\/\/proxy:3128 +environment HTTPS_PROXY/);
  expect(stdout).toMatch(/models\.groq\.key +set +GROQ_API_KEY in /);
  expect(stdout).not.toMatch(/model\.proxy|hunter2/);
});

test('what is set where nobody sets a limit is what a turn has without settings', async () => {
  using place = createPlace();
  const { values } = await loadSettings(place.paths, { flags: {}, env: {}, cwd: place.folder });
  const { modelFirstByte: firstByteMs, modelSilence: silenceMs, modelWhole: wholeMs, modelBytes: bytes } = values;
  expect({ firstByteMs, silenceMs, wholeMs, bytes }).toEqual(defaultLimits);
});
