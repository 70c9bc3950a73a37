/** Webhooks against a server of this test, which checks the signature as any receiver of the standard does. */

import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Delivery } from '@perdure/contract';
import { expect, it, onTestFinished } from 'vitest';
import type { SenderWorld } from '../../src/delivery/message.ts';
import { start } from '../core/fixtures.ts';
import { reportTo, senderIn } from './support.ts';

const secret = 'whsec_' + Buffer.from('a very secret key').toString('base64');

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

async function sendTo(url: string, delivery: Partial<Delivery> = {}, world: Partial<SenderWorld> = {}) {
  const webhook = { method: 'webhook', url, secret_variable: 'HOOK', ...delivery } as Delivery;
  const readSecret = (name: string) => ({ HOOK: secret, HOOK_URL: url })[name];
  return await senderIn({ readSecret, ...world }).send(reportTo(webhook));
}

it('is signed over key, time and body, and carries the key', async () => {
  let got: { readonly head: IncomingMessage; readonly body: string } | undefined;
  const url = await listen(async (head, answer) => {
    got = { head, body: await text(head) };
    answer.writeHead(204).end();
  });
  expect(await sendTo(url)).toEqual({ kind: 'sent' });
  const { headers, method } = got!.head;
  expect(method).toBe('POST');
  expect(headers).toMatchObject({ 'webhook-id': 'k3y', 'webhook-timestamp': String(Math.floor(start / 1000)) });
  const signed = `k3y.${headers['webhook-timestamp'] as string}.${got!.body}`;
  const expected = createHmac('sha256', 'a very secret key').update(signed).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  expect(JSON.parse(got!.body)).toMatchObject({
    type: 'task.report',
    timestamp: '2026-01-02T03:04:05.678Z',
    data: { key: 'k3y', task_id: 'ship', number: 7, reason: 'milestone', project_percent: 50, why: 'Parser' },
  });
  expect(JSON.stringify([headers, got!.body])).not.toContain(secret);
});

it.each([
  [200, 'sent'],
  [204, 'sent'],
  [400, 'failed'],
  [401, 'failed'],
  [404, 'failed'],
  [429, 'failed'],
  [503, 'failed'],
  [500, 'unknown'],
  [502, 'unknown'],
  [504, 'unknown'],
])('an answer of %i means %s', async (status, kind) => {
  const url = await listen((_, answer) => void answer.writeHead(status).end());
  expect((await sendTo(url)).kind).toBe(kind);
});

it('no redirect is followed: what is signed goes where the owner said', async () => {
  const paths: (string | undefined)[] = [];
  const url = await listen((head, answer) => {
    paths.push(head.url);
    answer.writeHead(307, { location: '/elsewhere' }).end();
  });
  expect(await sendTo(url)).toEqual({ kind: 'failed', why: 'it answered 307' });
  expect(paths).toEqual(['/hook']);
});

it('a receiver that is not there has certainly not got it', async () => {
  expect(await sendTo('http://127.0.0.1:1/')).toEqual({ kind: 'failed', why: 'the connection failed (ECONNREFUSED)' });
  const nowhere = await sendTo('http://perdure.invalid/');
  expect(nowhere.kind).toBe('failed');
});

it('of one that took the connection and said nothing, or broke off, nobody knows', async () => {
  const silent = await listen(() => undefined);
  expect(await sendTo(silent, {}, { timeoutMs: 300 })).toEqual({
    kind: 'unknown',
    why: 'there was no answer within 0.3 s',
  });
  const broken = await listen((head) => void head.socket.destroy());
  expect((await sendTo(broken)).kind).toBe('unknown');
});

it('an address that is kept as a secret is read when it is needed, and never told', async () => {
  const url = await listen((_, answer) => void answer.writeHead(418).end());
  const outcome = await sendTo(url, { url: undefined, url_variable: 'HOOK_URL' });
  expect(outcome).toEqual({ kind: 'failed', why: 'it answered 418' });
});

it('a secret that is set nowhere is named by its variable', async () => {
  const outcome = await sendTo('http://127.0.0.1:1/', {}, { readSecret: () => undefined });
  const why = 'HOOK is set neither in the environment nor in the .env file of the state root';
  expect(outcome).toEqual({ kind: 'failed', why });
});
