/** An agent that is made, taken back or taken away: it is online in the end, once, or nothing of it is left. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FamilyGateway } from '@perdure/contract';
import { gatewaysOf, processesOf } from './look.ts';
import { over } from './over.ts';
import type { Story } from './points.ts';
import type { FamilyScene, Play } from './scene.ts';

const wanted: Partial<Readonly<Record<Story, FamilyGateway['status']>>> = {
  made: 'ready',
  'taken back': 'failed',
  'taken away': 'removed',
};

/** `port`: for its gateway; absent: one is chosen. */
export async function playOfMaking(
  scene: FamilyScene,
  story: Story,
  { handle, port }: { readonly handle: string; readonly port: number | undefined },
): Promise<Play> {
  const { host } = scene;
  if (story === 'taken back') scene.spoil(handle);
  const isRemoval = story === 'taken away';
  if (isRemoval) {
    await scene.make(handle, port);
    await over(host, handle);
  }
  return {
    order: async () => (isRemoval ? await scene.order(handle, 'deprovision') : await scene.make(handle, port)),
    async judge() {
      const gateway = await over(host, handle);
      const faults = story === 'made' ? await faultsOfOne(scene, gateway) : await faultsOfNone(scene, gateway);
      return gateway.status === wanted[story] ? faults : [`it is ${gateway.status}: ${gateway.problem}`, ...faults];
    },
  };
}

async function faultsOfOne(scene: FamilyScene, gateway: FamilyGateway): Promise<readonly string[]> {
  const { handle, process, readiness } = gateway;
  return said({
    readiness: [readiness, 'ready'],
    process: [process.state, 'running'],
    restarts: [process.restarts, 0],
    gateways: [gatewaysOf(scene.host, handle).length, 1],
    'open keys': [(await scene.openKeys(gateway)).length, 1],
  });
}

async function faultsOfNone(scene: FamilyScene, gateway: FamilyGateway): Promise<readonly string[]> {
  const { host } = scene;
  const { handle, archive } = gateway;
  const left = readdirSync(host.accountHome).filter(
    (name) => name === `.openclaw-${handle}` || name.startsWith('.perdure-'),
  );
  return said({
    processes: [processesOf(host, handle).join('; '), ''],
    homes: [left.join(), ''],
    service: [existsSync(join(host.system.paths.run, 'fleet', handle)), false],
    'open keys': [(await scene.openKeys(gateway)).length, 0],
    archive: [archive !== undefined && existsSync(archive), gateway.status === 'removed' || archive !== undefined],
  });
}

function said(seen: Readonly<Record<string, readonly [unknown, unknown]>>): readonly string[] {
  return Object.entries(seen).flatMap(([what, [found, should]]) =>
    found === should ? [] : [`${what}: ${String(found)}, not ${String(should)}`],
  );
}
