/** Runs, their steps and transcripts, read. */

import { PerdureError, splitStepId } from '@perdure/contract';
import { runNotFound } from '@perdure/runs/desk';
import type { Dependencies } from './dependencies.ts';
import { pageOf } from './page.ts';
import type { Handlers } from './table.ts';

type RunRoute = 'listRuns' | 'getRun' | 'listSteps' | 'getTranscript';

export function runHandlers({ reader }: Dependencies): Pick<Handlers, RunRoute> {
  const assertRun = async (runId: string): Promise<void> => {
    if ((await reader.getStatus(runId)) === undefined) throw runNotFound(runId);
  };
  return {
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
  };
}
