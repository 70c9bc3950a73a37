/**
 * An agent that is made, changed, moved to another release, taken back or taken away, and a death of server, worker or
 * everything at each boundary of each step of that: in the end it is all as it is to be, or all as it was, or nothing
 * of it is left. Its gateway is a fake, all else is real.
 */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { quietPort, quietPorts, until } from '@perdure/testing';
import { installFakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { FamilyHost, seconds } from '../../test/e2e/family-host.ts';
import { allPoints, dieAt, FamilyScene, nameOf, type Cast, type Story } from '../../test/e2e/family-points/index.ts';
import { figureOf, type Figure } from '../figures.ts';

export interface FamilyChaosOptions {
  /** Points whose name has this in it; '': all. */
  readonly only: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export async function runFamilyChaos(
  folder: string,
  { only, say, signal }: FamilyChaosOptions,
): Promise<readonly Figure[]> {
  const at = join(folder, 'fake');
  mkdirSync(at);
  const fake = installFakeOpenclaw(at);
  await using host = await FamilyHost.start(fake.bin);
  await host.perdure('family', 'init', 'main');
  const [family] = (await host.system.client.listFamilies({ query: {} })).data;
  const scene = new FamilyScene({ host, familyId: family?.id ?? '', folder, fake });
  const points = allPoints().filter((point) => nameOf(point).includes(only));
  const broken: string[] = [];
  // Who is changed or upgraded stays for the next point of the story, where nothing was wrong.
  let castAt = 0;
  for (const [at, point] of points.entries()) {
    signal.throwIfAborted();
    const startedAt = performance.now();
    const faults = await alone(async (time) => {
      if (time > 1) await clear(scene);
      if (time > 1) castAt += 1;
      return await dieAt(scene, castOf(castAt), point);
    });
    const left: string[] = [];
    if (faults.length > 0 || point.story !== points[at + 1]?.story || !isForMore(point.story)) {
      await clear(scene).catch((error: unknown) => left.push(`what is left: ${String(error)}`));
      castAt += 1;
    }
    broken.push(...[...faults, ...left].map((fault) => `${nameOf(point)}: ${fault}`));
    const verdict = faults.length === 0 ? 'ok' : faults.join('; ');
    say(`${at + 1}/${points.length} ${nameOf(point)}: ${verdict} (${seconds(performance.now() - startedAt)})`);
  }
  return [
    figureOf({ id: 'family_points', value: points.length, unit: 'points', target: '>= 1' }),
    figureOf({ id: 'family_points_half_done', value: broken.length, unit: 'faults', target: '= 0', evidence: broken }),
  ];
}

const isForMore = (story: Story): boolean => /^(?:another|repaired|upgraded|taken away, put back)/.test(story);

/** Ports of one that is gone are free for the next. */
function castOf(at: number): Cast {
  const [first = 0, second = 0, third = 0, fourth = 0] = quietPorts();
  return {
    handle: `agent-${at}`,
    port: quietPort(),
    changed: { handle: `agent-${at}`, ports: [first, second] },
    upgraded: { handles: [`able-${at}`, `bert-${at}`], ports: [third, fourth] },
  };
}

/** Who is online goes, so that the next one finds the host as this one did. */
async function clear(scene: FamilyScene): Promise<void> {
  const { host, familyId } = scene;
  // A point that failed may have left all of it dead.
  if (host.system.partsUp.length === 0) await host.system.up();
  const left = async () => {
    const { data } = await host.system.client.listGateways({ params: { familyId } });
    return data.filter(({ status }) => status !== 'removed' && status !== 'failed');
  };
  const going = await left();
  for (const { handle, status } of going) if (status === 'ready') await scene.order(handle, 'deprovision');
  const isEmpty = async () => (await left()).length === 0 && host.processes().length === 0;
  await until(isEmpty, { withinMs: 60_000, what: 'nobody is left, and no process', everyMs: 100 });
  // That of one that was set up by hand stays.
  for (const { handle } of going) rmSync(host.homeOf(handle), { recursive: true, force: true });
}

const mostTimes = 3;

/** Again where another program of this machine took a port in between, which is told and is no fault. */
async function alone(tried: (time: number) => Promise<readonly string[]>): Promise<readonly string[]> {
  for (let time = 1; ; time += 1) {
    const faults = await tried(time).catch((error: unknown) => [String(error)]);
    if (time === mostTimes || !faults.some((fault) => fault.includes('by another program'))) return faults;
  }
}
