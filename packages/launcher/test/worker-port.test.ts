import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePorts } from '@perdure/testing';
import { expect, onTestFinished, test } from 'vitest';
import { holdWorkerPort } from '../src/worker-port.ts';

/** A process that answers each caller with what it was sent, in capitals, and with `bye` by hanging up. */
async function startWorker(): Promise<ChildProcess> {
  const worker = fork(new URL('fixtures/shouting-worker.js', import.meta.url), { stdio: 'inherit' });
  onTestFinished(() => void worker.kill('SIGKILL'));
  await once(worker, 'message');
  return worker;
}

async function stage() {
  const [port = 0] = await freePorts(1);
  const held = await holdWorkerPort(port);
  onTestFinished(() => held.close());
  const call = () => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    return socket;
  };
  return { port, held, call };
}

async function say(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return String(answer);
}

test('who calls the port reaches the worker, also with what was said before it was handed over', async () => {
  const { held, call } = await stage();
  held.handTo(await startWorker());
  const caller = call();
  expect(await say(caller, 'drive')).toBe('DRIVE');
  expect(await say(caller, 'again')).toBe('AGAIN');
});

test('while the worker is away nobody else can take its port, and callers are turned away until it is back', async () => {
  const { port, held, call } = await stage();
  const squatter = createServer();
  const failed = once(squatter, 'error');
  squatter.listen(port, '127.0.0.1');
  expect(await failed).toMatchObject([{ code: 'EADDRINUSE' }]);
  await once(call().resume(), 'close');
  held.handTo(await startWorker());
  expect(await say(call(), 'drive')).toBe('DRIVE');
});

test('a caller ends with its worker, and the next worker gets the next one', async () => {
  const { held, call } = await stage();
  const first = await startWorker();
  held.handTo(first);
  const caller = call();
  expect(await say(caller, 'drive')).toBe('DRIVE');
  first.kill('SIGKILL');
  await once(caller.resume(), 'close');
  await once(call().resume(), 'close');
  held.handTo(await startWorker());
  expect(await say(call(), 'drive')).toBe('DRIVE');
});

test('a worker that ends a connection ends it for its caller', async () => {
  const { held, call } = await stage();
  held.handTo(await startWorker());
  const caller = call();
  caller.write('bye');
  await once(caller.resume(), 'close');
});

test('a port that is taken is refused with the flag that chooses another', async () => {
  const { port } = await stage();
  await expect(holdWorkerPort(port)).rejects.toMatchObject({
    code: 'port_busy',
    message: expect.stringContaining('--worker-port'),
  });
});
