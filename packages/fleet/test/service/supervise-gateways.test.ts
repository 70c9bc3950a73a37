import { until } from '@perdure/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GatewayRecord } from '../../src/core/gateway.ts';
import { openDry, superviseGateways } from '../../src/service/index.ts';
import { makePlace, type Place } from './place.ts';
import { supervisorFor } from './supervisor-place.ts';

function recordOf({ spec }: Place, facts: Partial<GatewayRecord> = {}): GatewayRecord {
  const { handle, home, port, program } = spec;
  return {
    principalId: `p-${handle}`,
    familyId: 'f',
    handle,
    host: 'here',
    home,
    port,
    service: 'supervisor',
    wanted: 'up',
    program: { ...program, version: '2026.9.6' },
    model: 'demo/demo',
    credential: { kind: 'unneeded' },
    status: 'ready',
    createdAt: 0,
    updatedAt: 0,
    ...facts,
  };
}

/** `now`: as they are recorded by the time that one of them is looked at. */
function superviseOf(place: Place, records: () => readonly GatewayRecord[], now = records) {
  const manager = supervisorFor(place);
  manager.watch();
  const said: string[] = [];
  const supervision = superviseGateways({
    gateways: () => Promise.resolve(records()),
    get: async (id) => now().find(({ principalId }) => principalId === id),
    managers: { supervisor: manager },
    accountHome: place.spec.accountHome,
    log: (line) => said.push(line),
    everyMs: 50,
  });
  onTestFinished(async () => await supervision.end());
  return { manager, supervision, said };
}

describe('gateways that are recorded', () => {
  it('are installed and started where nothing of them is there, and once', async () => {
    const place = await makePlace('alpha');
    const { supervision, said } = superviseOf(place, () => [recordOf(place)]);
    await until(() => place.lives().length === 1, { what: 'it is started' });
    await supervision.look();
    expect(place.lives()).toHaveLength(1);
    expect(said).toEqual(['The gateway of alpha is to run and did not, so it was started.']);
  });

  it('that are not to run, or have a run at work on them, are left alone', async () => {
    const place = await makePlace('alpha');
    const others = [
      recordOf(place, { wanted: 'down' }),
      ...(['provisioning', 'removing', 'failed', 'removed'] as const).map((status) => recordOf(place, { status })),
    ];
    for (const record of others) {
      const { supervision } = superviseOf(place, () => [record]);
      await supervision.look();
      await supervision.look();
      await supervision.end();
    }
    expect(place.lives()).toEqual([]);
  });

  it('that were stopped or taken away while those before them were started are left alone', async () => {
    const place = await makePlace('alpha');
    for (const facts of [{ wanted: 'down' }, { status: 'removing' }] as const) {
      const { manager, supervision } = superviseOf(
        place,
        () => [recordOf(place)],
        () => [recordOf(place, facts)],
      );
      await supervision.look();
      await supervision.end();
      expect(await manager.state(place.spec)).toEqual({ kind: 'absent' });
    }
  });

  it('that gave up are left so, and are told to nobody again and again', async () => {
    const place = await makePlace('alpha');
    place.behave({ exits: 78 });
    const { manager, supervision } = superviseOf(place, () => [recordOf(place)]);
    const isGivenUp = async () => {
      const state = await manager.state(place.spec);
      return state.kind === 'failed' && state.exitCode === 78;
    };
    await until(isGivenUp, { what: 'it is given up' });
    await supervision.look();
    await supervision.look();
    expect(place.lives()).toHaveLength(1);
  });

  it('do not keep others from being started where one cannot be', async () => {
    const [broken, sound] = [await makePlace('alpha'), await makePlace('beta')];
    const record = { ...recordOf(broken), home: '/nowhere/at/all' };
    const { supervision, said } = superviseOf(sound, () => [record, recordOf(sound)]);
    await until(() => sound.lives().length === 1, { what: 'the sound one is started' });
    await supervision.look();
    await supervision.look();
    expect(said.filter((line) => line.includes('/nowhere/at/all'))).toHaveLength(1);
  });

  it('are started by nobody once the watch over them has ended', async () => {
    const place = await makePlace('alpha');
    let records: readonly GatewayRecord[] = [];
    const { supervision } = superviseOf(place, () => records);
    await supervision.end();
    records = [recordOf(place)];
    await supervision.look();
    expect(place.lives()).toEqual([]);
  });
});

it('a dry service manager says what would be done, and nothing is made', async () => {
  const place = await makePlace('alpha');
  const said: string[] = [];
  const manager = openDry((line) => said.push(line));
  await manager.install(place.spec);
  await manager.start(place.spec);
  expect(await manager.state(place.spec)).toEqual({ kind: 'absent' });
  await manager.remove(place.spec, { graceMs: 1 });
  expect(said).toHaveLength(3);
  expect(said[1]).toContain(`gateway run --port ${place.spec.port} --bind loopback`);
  expect(place.lives()).toEqual([]);
  await expect(manager.install({ ...place.spec, handle: '$(id)' })).rejects.toThrow('$(id)');
});
