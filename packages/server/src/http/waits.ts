/**
 * Questions to people: what waits, and the answer. An answer is held against the question's schema before it is taken, since a run that
 * goes on with a wrong one could not ask again.
 */

import { PerdureError, type Wait } from '@perdure/contract';
import type { Dependencies } from './dependencies.ts';
import { pageOf } from './reading.ts';
import { compileSchema, problemDetails, problemsIn, problemsText } from './schema-check.ts';
import type { Handlers } from './table.ts';
import { wakeOrLog } from './wake.ts';

/** Characters of an earlier answer told in a sentence; `details` holds all of it. */
const toldLength = 200;

export function waitHandlers(deps: Dependencies): Pick<Handlers, 'listWaits' | 'answerWait'> {
  const readWait = async (id: string): Promise<Wait> => {
    const wait = await deps.waits.getWait(id);
    if (wait === undefined) throw waitNotFound(id);
    return wait;
  };
  return {
    listWaits: async ({ query }) => ({
      status: 200,
      body: await deps.waits.listWaits({ run: query.run, answered: query.answered === 'true' }, pageOf(query)),
    }),
    answerWait: async ({ params: { id }, body: { answer } }) => {
      const wait = await readWait(id);
      // Who comes second is told what was decided, whatever they send.
      if (wait.answered === undefined) assertAnswer(wait, answer);
      const at = deps.clock();
      const outcome = await deps.intake.answer({ waitId: id, answer: JSON.stringify(answer), actor: 'owner', at });
      switch (outcome.kind) {
        case 'not_found':
          throw waitNotFound(id);
        case 'answered_before':
          throw decidedBefore(await readWait(id));
        case 'closed':
          throw closed(wait, at);
        case 'accepted':
          await wakeOrLog(deps, outcome.runId);
      }
      return { status: 200, body: { data: await readWait(id) } };
    },
  };
}

function assertAnswer({ id, answerSchema }: Wait, answer: unknown): void {
  const problems = answerSchema === undefined ? [] : problemsIn(compileSchema(answerSchema), answer, 'answer');
  if (problems.length === 0) return;
  throw new PerdureError(
    'invalid_input',
    `Question ${id} does not take this answer: ${problemsText(problems)}; correct it and answer again.`,
    { details: problemDetails(problems) },
  );
}

function decidedBefore({ id, answered }: Wait): PerdureError {
  if (answered === undefined) return new PerdureError('internal', `The answer to question ${id} cannot be read back.`);
  const text = JSON.stringify(answered.answer);
  const told = text.length > toldLength ? `${text.slice(0, toldLength)}…` : text;
  return new PerdureError(
    'conflict',
    `Question ${id} was answered by ${answered.by} at ${answered.at} with ${told}; an answer is taken once.`,
    { details: { ...answered } },
  );
}

function closed({ id, runId, expiresAt }: Wait, now: number): PerdureError {
  const hasExpired = expiresAt !== undefined && Date.parse(expiresAt) <= now;
  const why = hasExpired ? `expired at ${expiresAt}` : 'is closed, since its run is over';
  return new PerdureError(
    'conflict',
    `Question ${id} ${why}, so no answer is taken; \`perdure runs show ${runId}\` tells how the run stands.`,
    { details: { runId } },
  );
}

function waitNotFound(id: string): PerdureError {
  return new PerdureError('not_found', `There is no question ${id}; \`perdure waits\` shows those that wait.`);
}
