/** A process that answers each request with the same long stream, as fast as the client takes it. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runChild } from '@perdure/process';
import { chatStream } from './stream.ts';

runChild('stream-server', async () => {
  const stream = Buffer.from(chatStream());
  const server = createServer((incoming, response) => {
    incoming.resume().once('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(stream);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  };
  return { ready: { port: (server.address() as AddressInfo).port }, close };
});
