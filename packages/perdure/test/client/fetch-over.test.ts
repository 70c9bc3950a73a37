import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { fetchOver } from '../../src/client/fetch-over.ts';

async function listening(answer: RequestListener, upgrade?: string): Promise<typeof fetch> {
  const path = join(tempFolder(), 'server.sock');
  const server = createServer(answer);
  if (upgrade !== undefined) server.on('connection', (socket) => socket.end(upgrade));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return fetchOver(path);
}

const url = 'http://127.0.0.1:7373/api/v1/runs?limit=2';

test('what is asked over the socket arrives as over a port, and the answer comes back whole', async () => {
  const ask = await listening(async (request, response) => {
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk as Buffer);
    const { method, headers, url: path } = request;
    response.writeHead(201, { 'content-type': 'application/json', 'x-request-id': 'r-1' });
    response.end(
      JSON.stringify({
        method,
        path,
        host: headers.host,
        key: headers.authorization,
        body: String(Buffer.concat(body)),
      }),
    );
  });
  const response = await ask(url, { method: 'POST', body: '{"a":1}', headers: { authorization: 'Bearer k' } });
  expect([response.status, response.headers.get('x-request-id')]).toEqual([201, 'r-1']);
  expect(await response.json()).toEqual({
    method: 'POST',
    path: '/api/v1/runs?limit=2',
    host: '127.0.0.1:7373',
    key: 'Bearer k',
    body: '{"a":1}',
  });
});

test('an answer without a body has none', async () => {
  const ask = await listening((_request, response) => response.writeHead(204).end());
  expect([(await ask(url)).status, (await ask(url)).body]).toEqual([204, null]);
});

test.for([
  ['breaks off before an answer', ''],
  ['speaks of another protocol', 'HTTP/1.1 101 x\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
] as const)('a server that %s fails the call', async ([, upgrade]) => {
  const ask = await listening(() => undefined, upgrade);
  await expect(ask(url)).rejects.toThrow();
});

test('nobody on the socket fails the call', async () => {
  await expect(fetchOver(join(tempFolder(), 'server.sock'))(url)).rejects.toThrow('ENOENT');
});

test('the caller ends a call that is not answered, and one whose body is still coming', async () => {
  const ask = await listening((request, response) => {
    if (request.url === '/stream') response.writeHead(200).write('first');
  });
  const giveUp = new AbortController();
  const silent = ask(url, { signal: giveUp.signal });
  const streaming = await ask('http://127.0.0.1:7373/stream', { signal: giveUp.signal });
  const body = streaming.text();
  giveUp.abort();
  await expect(silent).rejects.toMatchObject({ name: 'AbortError' });
  await expect(body).rejects.toThrow();
});
