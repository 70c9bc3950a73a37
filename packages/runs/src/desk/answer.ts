/**
 * The answer to a question. It is held against the question's schema before it is taken, since a run that goes on with
 * a wrong one could not ask again.
 */

import { PerdureError, type Wait } from '@perdure/contract';
import type { RunDeskDeps } from './ports.ts';
import { problemsIn } from './schema-check.ts';
import type { SchemaProblem } from './schema-problems.ts';
import { wakeOrLog } from './wake.ts';

export interface WaitAnswer {
  readonly waitId: string;
  readonly answer: unknown;
  readonly actor: string;
}

export type AnswerWaitOutcome = { readonly kind: 'accepted'; readonly wait: Wait } | AnswerRefusal;

export type AnswerRefusal =
  | { readonly kind: 'no_such_wait'; readonly waitId: string }
  | { readonly kind: 'answer_refused'; readonly waitId: string; readonly problems: readonly SchemaProblem[] }
  /** Somebody was first; `answered` tells what was decided. */
  | { readonly kind: 'answered_before'; readonly waitId: string; readonly answered: NonNullable<Wait['answered']> }
  | { readonly kind: 'wait_closed'; readonly wait: Wait; readonly hasExpired: boolean };

export async function answerWait(deps: RunDeskDeps, { waitId, answer, actor }: WaitAnswer): Promise<AnswerWaitOutcome> {
  const wait = await deps.waits.getWait(waitId);
  if (wait === undefined) return { kind: 'no_such_wait', waitId };
  // Who comes second is told what was decided, whatever they send.
  const problems = wait.answered === undefined ? await problemsOf(deps, wait, answer) : [];
  if (problems.length > 0) return { kind: 'answer_refused', waitId, problems };
  const at = deps.clock();
  const outcome = await deps.intake.answer({ waitId, answer: JSON.stringify(answer), actor, at });
  switch (outcome.kind) {
    case 'not_found':
      return { kind: 'no_such_wait', waitId };
    case 'answered_before':
      return { kind: 'answered_before', waitId, answered: answeredOf(await readBack(deps, waitId)) };
    case 'closed':
      return {
        kind: 'wait_closed',
        wait,
        hasExpired: wait.expiresAt !== undefined && Date.parse(wait.expiresAt) <= at,
      };
    case 'accepted':
      await wakeOrLog(deps, outcome.runId);
      return { kind: 'accepted', wait: await readBack(deps, waitId) };
    default:
      return outcome satisfies never;
  }
}

async function problemsOf({ check }: RunDeskDeps, { answerSchema: schema }: Wait, answer: unknown) {
  return schema === undefined ? [] : await problemsIn(check, { schema, value: answer, name: 'answer' });
}

async function readBack({ waits }: RunDeskDeps, waitId: string): Promise<Wait> {
  const wait = await waits.getWait(waitId);
  if (wait === undefined) throw new PerdureError('internal', `Question ${waitId} cannot be read back.`);
  return wait;
}

function answeredOf({ id, answered }: Wait): NonNullable<Wait['answered']> {
  if (answered === undefined) throw new PerdureError('internal', `The answer to question ${id} cannot be read back.`);
  return answered;
}
