/** A connection that was kept, and that the server has closed by the time it is used again. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isPerdureError } from '@perdure/contract';
import { expect, it, onTestFinished } from 'vitest';
import { createTransport } from '../src/transport.ts';

/** Hangs up on the first request without a word, as on a connection that it is just closing. */
async function hangsUpOnce() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.method ?? '');
    if (asked.length === 1) request.socket.destroy();
    else response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  onTestFinished(() => server.closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, ask: createTransport({ url, key: 'k' }) };
}

it('what only reads is asked again on another connection', async () => {
  const { asked, ask } = await hangsUpOnce();
  const response = await ask({ method: 'GET', path: '/' });
  expect([response.status, await response.text(), asked]).toEqual([200, '{}', ['GET', 'GET']]);
});

it('what changes something is not: whether it was done nobody knows', async () => {
  const { asked, ask } = await hangsUpOnce();
  const answer = ask({ method: 'POST', path: '/', body: {} });
  await expect(answer).rejects.toSatisfy((error: unknown) => isPerdureError(error, 'unreachable'));
  expect(asked).toEqual(['POST']);
});
