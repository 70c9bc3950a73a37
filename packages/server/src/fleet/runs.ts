/** Runs of the fleet's own pipelines: recorded under an id that the gateway has already, and set going. */

import { isFinished, PerdureError } from '@perdure/contract';
import { upgradeInputSchema } from '@perdure/fleet';
import type { FleetRuns } from '@perdure/fleet/control';
import { orderRun, recordRun, type RunDeskDeps } from '@perdure/runs/desk';

/** More than any of them has. */
const mostSteps = 1_000;
/** Of one pipeline; what is at work is among the newest. */
const mostRuns = 100;
const upgrading = 'upgrade-family';

export function createFleetRuns(deps: RunDeskDeps): FleetRuns {
  const upgradeOf: FleetRuns['upgradeOf'] = async (runId) => {
    const run = await deps.reader.getRun(runId);
    return run?.pipeline === upgrading ? upgradeInputSchema.safeParse(run.input).data : undefined;
  };
  return {
    upgradeOf,
    async beginUpgrade(id, upgrade) {
      await recordRun(deps, { id, pipeline: upgrading, input: upgrade, actor: 'fleet' });
    },
    async upgradeAtWork(familyId) {
      const { data } = await deps.reader.listRuns({ pipeline: upgrading }, { limit: mostRuns });
      for (const { id, status } of data) {
        if (!isFinished(status) && (await upgradeOf(id))?.familyId === familyId) return id;
      }
      return undefined;
    },
    async cancel(runId) {
      const outcome = await orderRun(deps, { runId, order: 'cancel', actor: 'fleet' });
      // It was over.
      if (outcome.kind !== 'accepted' && outcome.kind !== 'order_refused') {
        throw new PerdureError('internal', `The run ${runId} could not be cancelled (${outcome.kind}).`);
      }
    },
    async begin({ id, job, principalId, handle }) {
      await recordRun(deps, { id, pipeline: job, input: { principalId, handle }, actor: 'fleet' });
    },
    async look(runId) {
      const run = await deps.reader.getRun(runId);
      if (run === undefined) return undefined;
      const { data: steps } = await deps.reader.listSteps(runId, { limit: mostSteps });
      const done = steps.filter(({ status }) => status === 'done').map(({ key }) => key);
      const step = steps.find(({ status }) => status === 'started')?.key;
      const problem = run.error?.message;
      return {
        status: run.status,
        isOver: isFinished(run.status),
        done,
        ...(step !== undefined && { step }),
        ...(problem !== undefined && { problem }),
      };
    },
  };
}
