/** Handlers that only read. */

import { overallHealth, PerdureError, splitStepId } from '@perdure/contract';
import type { Dependencies } from './dependencies.ts';
import { runNotFound } from './orders.ts';
import type { PageRequest } from './ports.ts';
import type { Handlers } from './table.ts';

type ReadingRoute =
  | 'health'
  | 'listRuns'
  | 'getRun'
  | 'listSteps'
  | 'getTranscript'
  | 'listAgents'
  | 'listPipelines'
  | 'listTools';

/** Items of a page that asks for no number. */
export const defaultLimit = 100;

export function readingHandlers(deps: Dependencies): Pick<Handlers, ReadingRoute> {
  const { reader, catalogue } = deps;
  const assertRun = async (runId: string): Promise<void> => {
    if ((await reader.getStatus(runId)) === undefined) throw runNotFound(runId);
  };
  return {
    health: async () => {
      const parts = await deps.health.check();
      const status = overallHealth(parts);
      const body = { status, timestamp: new Date(deps.clock()).toISOString(), parts };
      return { status: status === 'down' ? 503 : 200, body };
    },
    listRuns: async ({ query }) => ({ status: 200, body: await reader.listRuns(query, pageOf(query)) }),
    getRun: async ({ params }) => {
      const { runId, stepKey } = splitStepId(params.id);
      await assertRun(runId);
      const found = stepKey === undefined ? await reader.getRun(runId) : await reader.getStep(runId, stepKey);
      if (found === undefined) throw new PerdureError('not_found', `Run ${runId} has no step ${stepKey} (yet).`);
      return { status: 200, body: { data: found } };
    },
    listSteps: async ({ params, query }) => {
      await assertRun(params.id);
      return { status: 200, body: await reader.listSteps(params.id, pageOf(query)) };
    },
    getTranscript: async ({ params, query }) => {
      await assertRun(params.id);
      return { status: 200, body: await reader.listTranscript(params.id, pageOf(query)) };
    },
    listAgents: async () => ({ status: 200, body: { data: (await catalogue.read()).agents } }),
    listPipelines: async () => ({ status: 200, body: { data: (await catalogue.read()).pipelines } }),
    listTools: async () => ({ status: 200, body: { data: (await catalogue.read()).tools } }),
  };
}

export function pageOf(query: { cursor?: string | undefined; limit?: number | undefined }): PageRequest {
  return { cursor: query.cursor, limit: query.limit ?? defaultLimit };
}
