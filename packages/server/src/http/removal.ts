/** Deleting runs that have ended. */

import { pruneRuns, refusalError, removeRun } from '@perdure/runs/desk';
import type { Dependencies } from './dependencies.ts';
import type { Handlers } from './table.ts';

const defaultLimit = 50;

export function removalHandlers(deps: Dependencies): Pick<Handlers, 'deleteRun' | 'pruneRuns'> {
  return {
    deleteRun: async ({ params }) => {
      const outcome = await removeRun(deps, params.id);
      if (outcome.kind !== 'removed') throw refusalError(outcome);
      return { status: 200, body: { data: { runs: [...outcome.runIds] } } };
    },
    pruneRuns: async ({ body: { endedBefore, status, limit = defaultLimit, dryRun = false } }) => {
      const { runIds, more } = await pruneRuns(deps, { endedBefore: Date.parse(endedBefore), status, limit, dryRun });
      return { status: 200, body: { data: { runs: [...runIds], more } } };
    },
  };
}
