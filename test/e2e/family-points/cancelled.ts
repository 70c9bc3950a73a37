/** A removal that is cancelled while nothing is gone yet: the agent is all as it was, and runs once. */

import { until } from '@perdure/testing';
import { archivesOf, type Changing } from './changed.ts';
import { lookAt, unlike } from './look.ts';
import { over, withinMs } from './over.ts';
import type { FamilyScene, Play } from './scene.ts';

export async function playOfCancel(scene: FamilyScene, { handle, ports }: Changing): Promise<Play> {
  const { host } = scene;
  await scene.ensure(handle, ports[0]);
  const before = await lookAt(scene, handle);
  const archives = archivesOf(host);
  return {
    order: async () => await scene.order(handle, 'deprovision'),
    async onOrder({ step, direction, runId }) {
      if (step !== 'archive' || direction !== 'do') return;
      await host.system.client.cancelRun({ params: { id: runId } });
      // Before it has heard of that it would go on, and nothing of this job takes long.
      const isHeard = () => host.system.statusOf(runId) !== 'running';
      await until(isHeard, { withinMs, what: 'the run hears of the cancel' });
    },
    async judge() {
      const { problem = '' } = await over(host, handle);
      const more = archivesOf(host).filter((name) => !archives.includes(name));
      const isTold = problem.includes('was cancelled');
      return [
        ...unlike(before, await lookAt(scene, handle)),
        ...(isTold ? [] : [`told: ${problem}`]),
        ...(more.every((name) => /^[\w-]+\d\.tar\.gz$/.test(name)) && more.length < 2
          ? []
          : [`archives: ${more.join()}`]),
      ];
    },
  };
}
