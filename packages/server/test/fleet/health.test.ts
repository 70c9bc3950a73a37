import { once } from 'node:events';
import { createServer } from 'node:http';
import type { FamilyHealth } from '@perdure/contract';
import type { GatewayRecord, ServiceState } from '@perdure/fleet';
import { until } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { openHealth } from '../../src/fleet/health.ts';
import { createFleetWorld } from './fleet-world.ts';

test('what becomes of a member is told in its channel, shown in its status, and kept as a snapshot', async () => {
  const world = await createFleetWorld();
  const scout = await world.make('scout');
  const server = createServer((request, response) =>
    response.end(JSON.stringify(request.url === '/readyz' ? { ready: true } : { status: 'started' })),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as { readonly port: number };
  const gateway: GatewayRecord = {
    principalId: scout.principalId,
    familyId: world.family.id,
    handle: 'scout',
    host: 'box',
    home: '/nowhere/.openclaw-scout',
    port,
    service: 'supervisor',
    wanted: 'up',
    program: { node: 'node', entry: 'openclaw.mjs', version: '1' },
    model: 'demo/demo',
    credential: { kind: 'unneeded' },
    status: 'ready',
    createdAt: 0,
    updatedAt: 0,
  };
  let state: ServiceState = { kind: 'running', process: { pid: process.pid, startedAt: 'x' }, restarts: 0 };
  let isConnected = true;
  const problems: string[] = [];
  const health = openHealth({
    store: { list: async () => [gateway], get: async () => gateway },
    host: 'box',
    accountHome: '/nowhere',
    root: tempFolder(),
    serviceOf: () => ({ state: async () => state, lastLines: async () => ['Port 1 is already in use.'] }),
    programOf: () => ({ health: async () => await Promise.reject(new Error('it cannot be asked')) }),
    words: { ...world.fleet, isConnected: () => isConnected },
    hub: world.harness.options.hub,
    owner: world.owner,
    log: (line) => void problems.push(line),
    everyMs: 3_600_000,
  });
  onTestFinished(() => health.stop());
  const said = async () =>
    (await world.messages(scout.onboardingChannelId)).filter(({ content }) => content.startsWith('scout '));
  await until(() => health.latest().length === 1, { what: 'the first sweep' });
  expect(await said()).toEqual([]);

  isConnected = false;
  state = { kind: 'failed', exitCode: 1, restarts: 2 };
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await health.sweepNow();
  await health.sweepNow();
  expect((await said()).map(({ intent, content }) => [intent, content])).toEqual([
    ['error', expect.stringMatching(/exit code 1\. Its port is taken: .*not started again by itself/)],
  ]);
  const listed = (await world.asOwner('GET', `/api/v1/families/${world.family.id}/health`)).body.data as FamilyHealth[];
  expect(listed).toHaveLength(3);
  expect(listed[0]).toMatchObject({
    host: 'box',
    members: [{ handle: 'scout', gateway: 'down', socket: 'away', sesame: 'gone', port }],
  });
  const member = (await world.asOwner('GET', world.members)).body.data as { handle: string; status: string }[];
  expect(member.find(({ handle }) => handle === 'scout')?.status).toBe('error');
  expect(problems).toEqual([]);
});
