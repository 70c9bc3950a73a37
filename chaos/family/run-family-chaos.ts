/**
 * An agent that is made, taken back or taken away, and a death of server, worker or everything at each boundary of each
 * step of that: in the end it is online, once, or nothing of it is left. Its gateway is a fake, all else is real.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { quietPort, until } from '@perdure/testing';
import { installFakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { FamilyHost, seconds } from '../../test/e2e/family-host.ts';
import { allPoints, dieAt, nameOf } from '../../test/e2e/family-points.ts';
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
  const scene = {
    host,
    familyId: family?.id ?? '',
    spoil: (handle: string) => fake.behave({ faults: ['refuses'] }, handle),
    // One agent at a time, so one port does, and takes none from gateways that are down for a moment.
    port: quietPort(),
  };
  const points = allPoints().filter((point) => nameOf(point).includes(only));
  const broken: string[] = [];
  for (const [at, point] of points.entries()) {
    signal.throwIfAborted();
    const startedAt = performance.now();
    const faults = await alone((time) => dieAt(scene, `agent-${at}-${time}`, point));
    const left = await clear(host).then(
      () => [],
      (error: unknown) => [`what is left: ${String(error)}`],
    );
    broken.push(...[...faults, ...left].map((fault) => `${nameOf(point)}: ${fault}`));
    const verdict = faults.length === 0 ? 'ok' : faults.join('; ');
    say(`${at + 1}/${points.length} ${nameOf(point)}: ${verdict} (${seconds(performance.now() - startedAt)})`);
  }
  return [
    figureOf({ id: 'family_points', value: points.length, unit: 'points', target: '>= 1' }),
    figureOf({ id: 'family_points_half_done', value: broken.length, unit: 'faults', target: '= 0', evidence: broken }),
  ];
}

/** Who is online goes, so that the next one finds the host as this one did. */
async function clear(host: FamilyHost): Promise<void> {
  const { client } = host.system;
  const left = async () => {
    const families = (await client.listFamilies({ query: {} })).data;
    const lists = await Promise.all(
      families.map(async ({ id }) => await client.listGateways({ params: { familyId: id } })),
    );
    return lists.flatMap(({ data }) => data).filter(({ status }) => status === 'ready');
  };
  for (const { handle } of await left()) await host.perdure('family', 'deprovision', handle, '--yes');
  await until(async () => (await left()).length === 0, { withinMs: 60_000, what: 'nobody is left', everyMs: 100 });
}

const mostTimes = 3;

/** Again where another program of this machine took a port in between, which is told and is no fault. */
async function alone(tried: (time: number) => Promise<readonly string[]>): Promise<readonly string[]> {
  for (let time = 1; ; time += 1) {
    const faults = await tried(time).catch((error: unknown) => [String(error)]);
    if (time === mostTimes || !faults.some((fault) => fault.includes('by another program'))) return faults;
  }
}
