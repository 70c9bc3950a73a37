/** What somebody else answers on the port of a gateway keeps nobody waiting for longer than was granted. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { probeGateway } from '@perdure/fleet/openclaw';
import { expect, it, onTestFinished } from 'vitest';

/** Of who answers each connection with these bytes, and holds it. */
async function answering(text: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(text));
    onTestFinished(() => void socket.destroy());
  });
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const answers = {
  'takes up another protocol': 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  'promises an answer and gives none': 'HTTP/1.1 100 Continue\r\n\r\n',
  'never ends its answer': 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{',
  'never ends its headers': 'HTTP/1.1 200 OK\r\nX-One: ',
};

it.each(Object.entries(answers))('of one that %s is told that it is not ready', async (_name, text) => {
  const { readiness } = await probeGateway(await answering(text), { timeoutMs: 300 });
  expect(['stranger', 'not_ready']).toContain(readiness);
});
