import { randomUUIDv7 } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ensureHome, renewEngineKey } from '@perdure/home';
import { startEngine } from '@perdure/launcher/parts';
import { until } from '@perdure/testing';
import { expect, it } from 'vitest';
import { engineConformance, type EngineHarness } from '../src/conformance.ts';
import { createInlineEngine } from '../src/inline/engine.ts';
import { VirtualClock } from '../src/inline/virtual-clock.ts';
import type { Drive } from '../src/port.ts';
import { realClock } from '../src/real-clock.ts';
import { serveEndpoint } from '../src/restate/endpoint.ts';
import { EngineSocket } from '../src/restate/http.ts';
import { registerWorker } from '../src/restate/register.ts';
import { takesCalls } from '../src/restate/takes-calls.ts';
import { createRestateWaker } from '../src/restate/waker.ts';

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function openInline(): Promise<EngineHarness> {
  const clock = new VirtualClock();
  const engine = createInlineEngine(clock);
  const moveTo = async (at: number): Promise<void> => {
    await turns();
    for (let next = clock.nextAt; next !== undefined && next <= at; next = clock.nextAt) {
      clock.moveTo(next);
      await turns();
    }
    clock.moveTo(at);
  };
  return {
    engine,
    connect: (drive) => engine.connect(drive),
    now: () => clock.now(),
    pass: (ms) => moveTo(clock.now() + ms),
    until: async (condition) => {
      const deadline = clock.now() + 10_000;
      while (!condition()) {
        if (clock.now() >= deadline) throw new Error('it did not happen within ten seconds');
        await moveTo(Math.min(clock.nextAt ?? deadline, deadline));
      }
    },
    newRunId: randomUUIDv7,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A real engine on a folder of its own, with a worker that drives so. */
async function startRestate(drive: Drive) {
  const root = mkdtempSync(join(tmpdir(), 'perdure-engine-'));
  const paths = ensureHome(root);
  const engineKey = renewEngineKey(paths);
  const server = await startEngine({ paths, log: () => undefined, onExit: () => undefined });
  const admin = new EngineSocket(server.adminSocket);
  const ingress = new EngineSocket(server.ingressSocket);
  const endpoint = await serveEndpoint({ at: { port: 0 }, engineKey, drive, log: () => undefined });
  await registerWorker(admin, endpoint.port);
  return {
    server,
    ingress,
    [Symbol.asyncDispose]: async () => {
      await endpoint.close();
      admin.close();
      ingress.close();
      await server.stop({ force: true });
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function openRestate(): Promise<EngineHarness> {
  let driver: Drive | undefined;
  const restate = await startRestate(async (runId) => await driver?.(runId));
  return {
    engine: createRestateWaker(restate.ingress, realClock),
    connect: (drive) => {
      driver = drive;
    },
    now: () => Date.now(),
    // The one place where a suite waits: how a real engine keeps time is what is under test.
    pass: (ms) => wait(ms),
    until: async (condition) => void (await until(condition, { what: 'it happens', everyMs: 5 })),
    newRunId: randomUUIDv7,
    [Symbol.asyncDispose]: () => restate[Symbol.asyncDispose](),
  };
}

engineConformance('inline', openInline);
engineConformance('restate', openRestate);

it('Restate forgets a call that is over after two minutes, a wake and a ping alike', async () => {
  const driven = Promise.withResolvers<void>();
  await using restate = await startRestate(async () => driven.resolve());
  const { server, ingress } = restate;
  await createRestateWaker(ingress, realClock).wake(randomUUIDv7());
  expect(await takesCalls(ingress, 5_000)).toBe(true);
  await driven.promise;
  const remembered = async () =>
    [...(await askInJson(server.adminSocket, 'SELECT completion_retention FROM sys_invocation')).rows].map(
      ({ completion_retention: retention }) => retention,
    );
  expect(await remembered()).toEqual(['PT120S', 'PT120S']);
});

async function askInJson(socketPath: string, query: string): Promise<{ readonly rows: Record<string, unknown>[] }> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  request({ socketPath, path: '/query', method: 'POST', headers }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => (text += part));
    response.on('end', () => resolve(text));
  })
    .on('error', reject)
    .end(JSON.stringify({ query }));
  return JSON.parse(await promise) as { readonly rows: Record<string, unknown>[] };
}
