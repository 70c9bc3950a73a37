/** A member that is changed: all of it is as it is to be in the end, or all as it was, and it runs once. */

import { spawn } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayOrder } from '@perdure/contract';
import { makeHandMade, until } from '@perdure/testing';
import type { FamilyHost } from '../family-host.ts';
import { gatewaysOf, lookAt, unlike, type Look } from './look.ts';
import { over } from './over.ts';
import type { Story } from './points.ts';
import type { FamilyScene, Play } from './scene.ts';

export interface Changing {
  readonly handle: string;
  /** It has one of them, and gets the other where it gets another one. */
  readonly ports: readonly [number, number];
}

interface Change {
  readonly order: Extract<GatewayOrder, 'change' | 'mend' | 'repair' | 'upgrade'>;
  readonly body?: object;
  /** What is wrong when it is kept. */
  readonly faults: (now: Look) => readonly string[] | Promise<readonly string[]>;
}

type What = 'another release' | 'another model and port' | 'repaired' | 'mended';

export async function playOfChange(scene: FamilyScene, story: Story, changing: Changing): Promise<Play> {
  const { host } = scene;
  const { handle, ports } = changing;
  const [what = '', putBack] = story.split(', ');
  const isBack = putBack !== undefined;
  if (what === 'mended') await makeByHand(scene, changing);
  else await scene.ensure(handle, ports[0]);
  const look = async () => await lookAt(scene, handle, ports);
  const found = await look();
  const archives = archivesOf(host);
  const { order, body, faults } = await changes[what as What](scene, changing, { found, isBack });
  const { principalId } = await host.status(handle);
  if (isBack && what !== 'another release') scene.spoil(handle);
  return {
    principalId,
    order: async () => await scene.order(handle, order, body),
    onOrder: ({ direction }) => {
      if (direction === 'undo') scene.heal(handle);
    },
    async judge() {
      const { problem } = await over(host, handle);
      const now = await look();
      const differences = isBack ? unlike(found, now) : await faults(now);
      const more = archivesOf(host).filter((name) => !archives.includes(name));
      const isTold = (problem !== undefined) === isBack;
      return [
        ...differences,
        ...(isTold ? [] : [`it is ${isBack ? 'kept' : 'put back'}: ${problem}`]),
        ...(isArchive(handle, more, what) ? [] : [`archives: ${more.join()}`]),
      ];
    },
  };
}

type Prepare = (
  scene: FamilyScene,
  changing: Changing,
  how: { readonly found: Look; readonly isBack: boolean },
) => Change | Promise<Change>;

const changes: Readonly<Record<What, Prepare>> = {
  'another release': (scene, { handle }, { found, isBack }) => {
    const { version, bin, entry } = scene.newer({ spoiled: isBack ? handle : undefined });
    const changed = ofRelease(found, { version, bin, entry });
    return { order: 'upgrade', faults: (now) => unlike(found, now, changed) };
  },
  'another model and port': (_scene, { ports }, { found }) => {
    const model = found['model'] === 'demo/demo' ? 'demo/other' : 'demo/demo';
    const [one, other] = found['port'] === String(ports[0]) ? ports : [ports[1], ports[0]];
    const changed = {
      model,
      port: String(other),
      [`on port ${one}`]: 'nobody',
      [`on port ${other}`]: found['version'],
      unit: found['unit']?.replace(`"port":${one}`, `"port":${other}`),
      'file openclaw.json': undefined,
    };
    return { order: 'change', body: { model, gatewayPort: other }, faults: (now) => unlike(found, now, changed) };
  },
  repaired: async (scene, changing, { found }) => {
    const home = scene.host.homeOf(changing.handle);
    const path = join(home, 'openclaw.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"bind": "loopback"', '"bind": "lan"'));
    chmodSync(path, 0o644);
    rmSync(join(home, 'extensions', 'sesame', 'index.js'));
    const spoiled = await lookAt(scene, changing.handle, changing.ports);
    if (unlike(found, spoiled).length !== 2) throw new Error('nothing is to be repaired');
    return { order: 'repair', faults: (now) => unlike(found, now) };
  },
  mended: (scene, { handle }, { found }) => ({
    order: 'mend',
    body: { service: 'supervisor' },
    async faults(now) {
      const { familyId, host } = scene;
      const { principalId } = await host.status(handle);
      const params = { familyId, principalId };
      const { findings } = (await host.system.client.getGatewayFindings({ params })).data;
      const left = findings.map(({ code, found: what }) => `${code}: ${what}`);
      const isOneKey = /^[^,]+$/.test(now['keys'] ?? '');
      return [
        ...left,
        ...unlike(pick(found, isTheirs), pick(now, isTheirs)),
        ...unlike(ours, pick(now, isOurs)),
        ...(isOneKey ? [] : [`keys: ${now['keys']}`]),
      ];
    },
  }),
};

/** Of one that was mended: what stays, and how it runs. */
const ours: Look = {
  service: 'supervisor',
  wanted: 'up',
  status: 'ready',
  readiness: 'ready',
  restarts: '0',
  'other processes': '1',
  beside: '',
};
const isOurs = (name: string): boolean => Object.hasOwn(ours, name);
const isTheirs = (name: string): boolean =>
  ['version', 'model', 'port', 'processes'].includes(name) || /^on port|^file (?:workspace\/memory|agents)/.test(name);

const pick = (look: Look, isWanted: (name: string) => boolean): Look =>
  Object.fromEntries(Object.entries(look).filter(([name]) => isWanted(name)));

/** In what a member differs that has another release. */
export function ofRelease(
  before: Look,
  { version, bin, entry }: { readonly version: string; readonly bin: string; readonly entry: string },
): Look {
  const unit = JSON.parse(before['unit'] ?? '{}') as { readonly spec: { readonly program: object } };
  return {
    version,
    [`on port ${before['port']}`]: version,
    processes: join(bin, '..'),
    unit: JSON.stringify({ ...unit, spec: { ...unit.spec, program: { ...unit.spec.program, entry } } }),
    'file state/fake-state.json': undefined,
  };
}

export const archivesOf = ({ system }: FamilyHost): readonly string[] =>
  readdirSync(join(system.paths.root, 'archives'));

/** One, and beside it what was kept of one that was set up by hand. */
function isArchive(handle: string, names: readonly string[], what: string): boolean {
  const isOne = (ending: RegExp, count: number): boolean =>
    names.filter((name) => name.startsWith(`${handle}-`) && ending.test(name)).length === count;
  const kept = what === 'mended' ? 1 : 0;
  return isOne(/\d\.tar\.gz$/, 1) && isOne(/\.kept$/, kept) && names.length === 1 + kept;
}

/** One that somebody made by hand and started in a terminal, taken in. */
async function makeByHand(scene: FamilyScene, { handle, ports: [port] }: Changing): Promise<void> {
  const { host } = scene;
  const { accountHome, system } = host;
  const server = { baseUrl: system.demoModelUrl, api: 'openai-completions', models: [{ id: 'demo', name: 'demo' }] };
  makeHandMade({
    accountHome,
    handle,
    port,
    service: 'none',
    hasAuthFiles: false,
    settings: {
      gateway: { mode: 'local', port, bind: 'loopback' },
      agents: { defaults: { model: { primary: 'demo/demo' } } },
      models: { providers: { demo: { ...server, apiKey: 'sk-canary-of-the-demo-model' } } },
    },
  });
  const { PATH = '' } = process.env;
  const { entry } = scene.newest;
  spawn(process.execPath, [entry, '--profile', handle, 'gateway', 'run'], {
    cwd: accountHome,
    env: { HOME: accountHome, PATH },
    stdio: 'ignore',
  });
  const isReady = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok === true;
  await until(isReady, { withinMs: 30_000, what: `${handle} is ready`, everyMs: 50 });
  if (gatewaysOf(host, handle).length !== 1) throw new Error(`${handle} does not run once`);
  await system.client.adoptGateway({ params: { familyId: scene.familyId }, body: { gateway: handle } });
}
