/** Runs of the fleet's own pipelines: recorded under an id that the gateway has already, and set going. */

import { isFinished } from '@perdure/contract';
import type { FleetRuns } from '@perdure/fleet/control';
import { recordRun, type RunDeskDeps } from '@perdure/runs/desk';

/** More than any of them has. */
const mostSteps = 100;

export function createFleetRuns(deps: RunDeskDeps): FleetRuns {
  return {
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
