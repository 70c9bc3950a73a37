/** A gateway that was made, taken away and brought back, in processes of its own: who was there answers again. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayProgram } from '@perdure/fleet/openclaw';
import { until } from '@perdure/testing';
import { sayingModel } from '@perdure/testing/fake-openclaw';
import { expect, it } from 'vitest';
import { busyAmong } from '../../src/host/busy-ports.ts';
import { openPlace, openServer, reserve, runIdOf } from './small-server.ts';

it('an agent that was deprovisioned and restored has its files, and answers', { timeout: 300_000 }, async () => {
  const place = openPlace();
  await using model = await sayingModel('I am back.');
  const { store, work } = await openServer(place, 'scout', model.baseUrl);
  const { status: _status, createdAt: _created, updatedAt: _updated, ...made } = await reserve(store, 'scout', place);
  expect(await work('provision-agent')).toBe('done');
  const file = join(made.home, 'workspace', 'plans.md');
  writeFileSync(file, 'to the moon');
  const removal = { action: 'remove', runId: runIdOf('scout', 'deprovision-agent'), now: Date.now() } as const;
  await store.move('p-scout', removal);
  expect(await work('deprovision-agent')).toBe('done');
  expect([existsSync(made.home), await busyAmong([made.port])]).toEqual([false, []]);
  const { archive: restoredFrom = '' } = (await store.get('p-scout')) ?? {};
  const runId = '01890000-0000-7000-8000-back';
  const opened = await store.open({ ...made, runId, restoredFrom, now: Date.now() }, 'restore');
  expect(opened.kind).toBe('gateway');
  expect(await work('provision-agent', runId)).toBe('done');
  expect(await store.get('p-scout')).toMatchObject({ status: 'ready', wanted: 'up', restoredFrom });
  expect(readFileSync(file, 'utf8')).toBe('to the moon');
  const program = gatewayProgram(place.openclaw, { accountHome: place.accountHome });
  await until(async () => (await program.readiness(made.port)) === 'ready', { what: 'it answers on its port' });
  expect(await program.ask(made.home, 'Are you there?', { timeoutMs: 120_000 })).toBe('I am back.');
  const last = '01890000-0000-7000-8000-last';
  await store.move('p-scout', { action: 'remove', runId: last, now: Date.now() });
  expect(await work('deprovision-agent', last)).toBe('done');
  expect([existsSync(made.home), await busyAmong([made.port])]).toEqual([false, []]);
});
