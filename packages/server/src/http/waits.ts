/** Questions to people: what waits, and the answer. */

import { answerWait, refusalError } from '@perdure/runs/desk';
import type { Dependencies } from './dependencies.ts';
import { pageOf } from './page.ts';
import type { Handlers } from './table.ts';

export function waitHandlers(deps: Dependencies): Pick<Handlers, 'listWaits' | 'answerWait'> {
  return {
    listWaits: async ({ query }) => ({
      status: 200,
      body: await deps.waits.listWaits({ run: query.run, answered: query.answered === 'true' }, pageOf(query)),
    }),
    answerWait: async ({ params: { id: waitId }, body: { answer } }) => {
      const outcome = await answerWait(deps, { waitId, answer, actor: 'owner' });
      if (outcome.kind !== 'accepted') throw refusalError(outcome);
      return { status: 200, body: { data: outcome.wait } };
    },
  };
}
