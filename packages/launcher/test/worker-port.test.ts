import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { freePorts } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { holdWorkerPort } from '../src/worker-port.ts';

/** A worker that answers each caller with what it was sent, in capitals. */
async function startWorker(socketPath: string): Promise<Server> {
  const worker = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (text) => socket.write(String(text).toUpperCase()));
  }).listen(socketPath);
  onTestFinished(() => void worker.close());
  await once(worker, 'listening');
  return worker;
}

async function stage() {
  const [port = 0] = await freePorts(1);
  const socketPath = join(tempFolder(), 'worker.sock');
  const held = await holdWorkerPort(port, socketPath);
  onTestFinished(() => held.close());
  const call = () => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    return socket;
  };
  return { port, socketPath, call };
}

async function say(socket: ReturnType<typeof connect>, text: string): Promise<string> {
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return String(answer);
}

test('what comes to the port reaches the worker behind it, and what that says comes back', async () => {
  const { socketPath, call } = await stage();
  await startWorker(socketPath);
  expect(await say(call(), 'drive')).toBe('DRIVE');
});

test('while the worker is away nobody else can take its port, and callers are turned away until it is back', async () => {
  const { port, socketPath, call } = await stage();
  const squatter = createServer();
  const failed = once(squatter, 'error');
  squatter.listen(port, '127.0.0.1');
  expect(await failed).toMatchObject([{ code: 'EADDRINUSE' }]);
  await once(call().resume(), 'close');
  await startWorker(socketPath);
  expect(await say(call(), 'drive')).toBe('DRIVE');
});

test('a worker that ends a connection ends it for its caller', async () => {
  const { socketPath, call } = await stage();
  const worker = await startWorker(socketPath);
  worker.on('connection', (socket) => socket.once('data', () => socket.destroy()));
  const caller = call();
  caller.write('drive');
  await once(caller.resume(), 'close');
});

test('a port that is taken is refused with the flag that chooses another', async () => {
  const { port } = await stage();
  await expect(holdWorkerPort(port, '/nowhere')).rejects.toMatchObject({
    code: 'port_busy',
    message: expect.stringContaining('--worker-port'),
  });
});
