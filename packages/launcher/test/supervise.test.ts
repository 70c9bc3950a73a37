import { PerdureError } from '@perdure/contract';
import { expect, test } from 'vitest';
import type { StartContext, StartPart } from '../src/part.ts';
import type { LaunchStatus } from '../src/status.ts';
import { supervise } from '../src/supervise.ts';

/** A part in memory: each start takes the next behaviour; `up` lives until it is stopped or crashed. */
function fakePart(behaviours: readonly ('up' | 'hang' | Error)[]) {
  const calls: string[] = [];
  let context: StartContext | undefined;
  const finishers: (() => void)[] = [];
  const finishStop = () => finishers.forEach((finish) => finish());
  const start: StartPart = async (given) => {
    context = given;
    const behaviour = behaviours[calls.filter((call) => call === 'start').length] ?? 'up';
    calls.push('start');
    if (behaviour instanceof Error) throw behaviour;
    if (behaviour === 'hang') {
      await new Promise((_resolve, reject) => given.signal.addEventListener('abort', () => reject(new Error('cut'))));
    }
    return {
      pid: calls.length,
      stop: async ({ force = false, patient = false } = {}) => {
        calls.push(force ? 'kill' : patient ? 'stop patiently' : 'stop');
        if (!force) await new Promise<void>((resolve) => finishers.push(resolve));
        else finishStop();
        given.onExit('told to');
      },
    };
  };
  return { start, calls, crash: () => context?.onExit('exit code 9'), finishStop };
}

function watched(part: ReturnType<typeof fakePart>) {
  const statuses: LaunchStatus[] = [];
  const waits: number[] = [];
  const supervised = supervise('worker', part.start, {
    onStatus: (status) => statuses.push(status),
    wait: async (ms) => void waits.push(ms),
  });
  const kinds = () => statuses.map((status) => status.kind);
  return { supervised, statuses, kinds, waits };
}

const transient = () => new PerdureError('unavailable', 'not yet');

test('S1: a part that ends unasked is started again after a pause', async () => {
  const part = fakePart([]);
  const { supervised, kinds, statuses } = watched(part);
  await supervised.ready;
  part.crash();
  await expect.poll(kinds).toEqual(['starting', 'ready', 'crashed', 'starting', 'ready']);
  expect(statuses[2]).toEqual({ kind: 'crashed', part: 'worker', why: 'exit code 9', restartInMs: 200 });
  await supervised.stop({ force: true });
});

test('S2: a final error at the first start is not tried again, and is what `ready` rejects with', async () => {
  const error = new PerdureError('config_invalid', 'no');
  const part = fakePart([error]);
  const { supervised } = watched(part);
  await expect(supervised.ready).rejects.toBe(error);
  expect(part.calls).toEqual(['start']);
  await supervised.stop();
});

test('S2: five passing crashes before it was ever ready give up with the last error, four do not', async () => {
  const errors = Array.from({ length: 5 }, transient);
  await expect(watched(fakePart(errors)).supervised.ready).rejects.toBe(errors[4]);
  const lucky = watched(fakePart(errors.slice(1)));
  await lucky.supervised.ready;
  expect(lucky.waits).toEqual([200, 400, 800, 1600]);
  await lucky.supervised.stop({ force: true });
});

test('S3: a restart that was asked for comes without a pause', async () => {
  const part = fakePart([]);
  const { supervised, kinds } = watched(part);
  await supervised.ready;
  const restarted = supervised.restart('agents/x changed');
  part.finishStop();
  await restarted;
  await expect.poll(kinds).toEqual(['starting', 'ready', 'restarting', 'starting', 'ready']);
  await supervised.stop({ force: true });
});

test('S3: a restart cuts a start short that hangs', async () => {
  const part = fakePart(['up', 'hang', 'up']);
  const { supervised, kinds } = watched(part);
  await supervised.ready;
  part.crash();
  await expect.poll(() => part.calls.length).toBe(2);
  await supervised.restart('agents/x changed');
  await expect.poll(kinds).toEqual(['starting', 'ready', 'crashed', 'starting', 'restarting', 'starting', 'ready']);
  await supervised.stop({ force: true });
});

test('S4: what is starting is cut by a stop, and nothing starts afterwards', async () => {
  const part = fakePart(['hang']);
  const { supervised } = watched(part);
  await supervised.stop();
  await supervised.restart('agents/x changed');
  expect(part.calls).toEqual(['start']);
});

test('S4: a part that becomes ready in the moment it is given up is killed', async () => {
  let killed = false;
  const start: StartPart = async ({ signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return { pid: 1, stop: async ({ force = false } = {}) => void (killed = force) };
  };
  await supervise('engine', start, { onStatus: () => undefined }).stop();
  expect(killed).toBe(true);
});

test('S4: a part that is retired stays up, and is not started again when it ends', async () => {
  const part = fakePart([]);
  const { supervised, kinds, waits } = watched(part);
  await supervised.ready;
  supervised.retire();
  expect(supervised.pid()).toBeDefined();
  part.crash();
  await supervised.stop({ force: true });
  expect(kinds()).toEqual(['starting', 'ready']);
  expect(waits).toEqual([]);
});

test('S5: a stop hurries a part that ends for a restart, once, and force kills it', async () => {
  const part = fakePart([]);
  const { supervised } = watched(part);
  await supervised.ready;
  const restarting = supervised.restart('agents/x changed');
  await supervised.restart('agents/y changed');
  expect(part.calls).toEqual(['start', 'stop patiently']);
  const stopped = [supervised.stop(), supervised.stop()];
  expect(part.calls).toEqual(['start', 'stop patiently', 'stop']);
  await supervised.stop({ force: true });
  await Promise.all([restarting, ...stopped]);
  expect(part.calls).toEqual(['start', 'stop patiently', 'stop', 'kill']);
});
