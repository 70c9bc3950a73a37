/**
 * An agent is being made, changed or taken away, and real processes of ours die meanwhile: in the end it is online,
 * once, and all as it is to be or as it was, or it is gone. Its gateway is a fake; `npm run test:openclaw` has real
 * ones.
 */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietPort, quietPorts, until } from '@perdure/testing';
import { installFakeOpenclaw, type FakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FamilyHost } from './family-host.ts';
import { dieAt, FamilyScene, nameOf, type CrashPoint } from './family-points/index.ts';
import type { Victim } from './system.ts';

/** None that another test has chosen. */
const ports = quietPorts();
let host: FamilyHost;
let folder: string;
let fake: FakeOpenclaw;

/** While it is there no gateway is ready: what is to be seen of its making is. */
const hold = (): string => join(folder, 'hold');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-fake-'));
  fake = installFakeOpenclaw(folder);
  fake.behave({ holds: { 'gateway run': hold() } });
  host = await FamilyHost.start(fake.bin);
  await host.perdure('family', 'init', 'main');
}, 180_000);
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const home = (handle: string, ...path: string[]): string => join(host.accountHome, `.openclaw-${handle}`, ...path);
const unit = (handle: string): string => join(host.system.paths.run, 'fleet', handle, 'unit.json');

interface Moment {
  readonly victim: Victim;
  readonly handle: string;
  readonly when: string;
  readonly isThere: (handle: string) => boolean;
}

const moments: readonly Moment[] = [
  { victim: 'worker', handle: 'scout', when: 'its home is made', isThere: (handle) => existsSync(home(handle)) },
  { victim: 'server', handle: 'ranger', when: 'its service is made', isThere: (handle) => existsSync(unit(handle)) },
  {
    victim: 'server',
    handle: 'keeper',
    when: 'its gateway is waited for',
    isThere: (handle) => existsSync(home(handle, 'logs', 'service.log')),
  },
  {
    victim: 'all',
    handle: 'warden',
    when: 'its gateway is waited for',
    isThere: (handle) => existsSync(home(handle, 'logs', 'service.log')),
  },
];
test.each(moments.map((moment, at) => ({ ...moment, port: ports[at] })))(
  '$handle is online in the end where $victim is killed while $when',
  { timeout: 240_000 },
  async (point) => {
    const { victim, handle, isThere, port } = point;
    const { system } = host;
    const words = ['--model', 'demo/demo', '--no-key', '--service', 'supervisor', '--no-wait', '--port', String(port)];
    writeFileSync(hold(), '');
    const added = host.perdure('family', 'add', handle, ...words);
    await until(() => isThere(handle), { withinMs: 60_000, what: point.when, everyMs: 5 });
    const [made] = system.read<{ status: string }>('SELECT status FROM gateways WHERE handle = ?', handle);
    expect(made?.status).toBe('provisioning');
    expect(system.kill(victim)).toBe(true);
    rmSync(hold());
    // It had been ordered; whether who ordered it was still told of that is another matter.
    await added.catch(() => undefined);
    if (victim === 'all') await system.up();
    else await system.allUp(60_000);
    const isOver = async () => ['ready', 'failed'].includes((await host.status(handle)).status);
    await until(isOver, { withinMs: 60_000, what: `${handle} is there or not`, everyMs: 100 });
    const { status, problem, readiness, process, run } = await host.status(handle);
    expect({ status, problem, readiness }).toEqual({ status: 'ready', readiness: 'ready' });
    await system.untilStatus(run?.id ?? '', 'completed', { withinMs: 60_000 });
    // Of two gateways for one home, the second would have been started by who came next.
    expect(process).toMatchObject({ state: 'running', restarts: 0 });
    const { data: keys } = await system.client.listKeys({
      params: { principalId: (await host.status(handle)).principalId },
    });
    expect(keys.filter(({ revokedAt }) => revokedAt === undefined)).toHaveLength(1);
  },
);

const ofNext = { step: 'member', member: 'next' } as const;
/** Of most stories one; all of them are tried by `npm run chaos -- --family`. */
const points: readonly CrashPoint[] = [
  { story: 'made', job: 'provision-agent', step: 'service', direction: 'do', side: 'after', victim: 'all' },
  { story: 'taken back', job: 'provision-agent', step: 'home', direction: 'undo', side: 'after', victim: 'server' },
  { story: 'taken away', job: 'deprovision-agent', step: 'archive', direction: 'do', side: 'before', victim: 'worker' },
  { story: 'taken away', job: 'deprovision-agent', step: 'clear', direction: 'do', side: 'after', victim: 'server' },
  {
    story: 'another model and port',
    job: 'change-agent',
    step: 'apply',
    direction: 'do',
    side: 'after',
    victim: 'server',
  },
  { ...ofNext, story: 'upgraded in part', job: 'upgrade-family', direction: 'do', side: 'before', victim: 'worker' },
];
describe('an agent is all as it is to be in the end, or as it was, or nothing of it is left', () => {
  let scene: FamilyScene;
  beforeAll(async () => {
    const [family] = (await host.system.client.listFamilies({ query: {} })).data;
    scene = new FamilyScene({ host, familyId: family?.id ?? '', folder, fake });
    scene.behave({});
  });
  test.each(points.map((point, at) => ({ name: nameOf(point), point, at })))(
    '$name',
    { timeout: 300_000 },
    async ({ point, at }) => {
      const [scout = 0, , keeper = 0, warden = 0, ...rest] = ports;
      const cast = {
        handle: `point-${at}`,
        port: rest[at],
        changed: { handle: 'scout', ports: [scout, quietPort()] },
        upgraded: { handles: ['keeper', 'warden'], ports: [keeper, warden] },
      } as const;
      expect(await dieAt(scene, cast, point)).toEqual([]);
    },
  );
});
