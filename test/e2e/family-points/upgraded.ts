/** A family of two that is brought to another release: each has it in the end, or is as it was, and runs once. */

import { until } from '@perdure/testing';
import { ofRelease } from './changed.ts';
import { lookAt, unlike } from './look.ts';
import { isOver, over, withinMs } from './over.ts';
import type { FamilyScene, Play } from './scene.ts';

/** In the order in which they are moved. */
export interface Pair {
  readonly handles: readonly [string, string];
  readonly ports: readonly [number, number];
}

export async function playOfUpgrade(
  scene: FamilyScene,
  { handles, ports }: Pair,
  { isBack, at }: { readonly isBack: boolean; readonly at: 'canary' | 'next' | undefined },
): Promise<Play> {
  const { host, familyId } = scene;
  const { client } = host.system;
  for (const [place, handle] of handles.entries()) await scene.ensure(handle, ports[place]);
  const members = await Promise.all(
    handles.map(async (handle) => {
      const { principalId } = await host.status(handle);
      return { handle, principalId, before: await lookAt(scene, handle) };
    }),
  );
  const [canary, next] = handles;
  const { version, bin, entry } = scene.newer({ spoiled: isBack ? next : undefined });
  const whose = members.find(({ handle }) => handle === (at === 'canary' ? canary : next));
  return {
    ...(at !== undefined && whose !== undefined && { principalId: whose.principalId }),
    async order() {
      const body = { openclaw: entry, members: [...handles], canary };
      await client.orderUpgrade({ params: { familyId }, body });
    },
    async judge() {
      // Whoever ordered it may not have been told its id.
      const runs = host.system.read<{ id: string }>(
        `SELECT id FROM runs WHERE pipeline = 'upgrade-family' ORDER BY id`,
      );
      const runId = runs.at(-1)?.id ?? '';
      await until(() => isOver(host, runId), { withinMs, what: 'the upgrade is over', everyMs: 100 });
      const { data } = await client.getUpgrade({ params: { familyId, runId } });
      const told = data.members.map(({ handle, state }) => `${handle} ${state}`).join();
      const wanted = `${canary} upgraded,${next} ${isBack ? 'put_back' : 'upgraded'}`;
      const faults = [
        ...(told === wanted ? [] : [`told: ${told}`]),
        ...(data.status === (isBack ? 'failed' : 'completed') ? [] : [`the run is ${data.status}: ${data.problem}`]),
      ];
      for (const { handle, before } of members) {
        await over(host, handle);
        const changed = isBack && handle === next ? {} : ofRelease(before, { version, bin, entry });
        const found = unlike(before, await lookAt(scene, handle), changed);
        faults.push(...found.map((fault) => `${handle}: ${fault}`));
      }
      return faults;
    },
  };
}
