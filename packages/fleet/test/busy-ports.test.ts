import { once } from 'node:events';
import { createServer } from 'node:net';
import { quietPort } from '@perdure/testing';
import { expect, it } from 'vitest';
import { busyAmong } from '../src/host/busy-ports.ts';

it('two who try the same ports in one moment do not take each other for a listener', async () => {
  const ports = Array.from({ length: 40 }, (_, index) => quietPort() + index);
  expect(await Promise.all([busyAmong(ports), busyAmong(ports), busyAmong(ports)])).toEqual([[], [], []]);
});

it('a port with a listener is busy, however often it is tried', async () => {
  await using server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  expect(await busyAmong([quietPort(), port])).toEqual([port]);
});
