/** What the desk refuses, as errors with one sentence each: the same at every edge. */

import { compact, PerdureError, undoneBy } from '@perdure/contract';
import type { AnswerRefusal } from './answer.ts';
import type { ForkRefusal } from './fork.ts';
import type { OrderRefusal } from './order.ts';
import { problemDetails, problemsText } from './schema-check.ts';
import type { RemoveRefusal } from './remove.ts';
import type { StartRefusal } from './start.ts';

export type RunRefusal = StartRefusal | OrderRefusal | ForkRefusal | AnswerRefusal | RemoveRefusal;

/** Characters of an earlier answer told in a sentence; `details` holds all of it. */
const toldLength = 200;

export function refusalError(refusal: RunRefusal): PerdureError {
  switch (refusal.kind) {
    case 'no_pipelines_yet':
      return error('unavailable', 'No pipelines are known yet: the worker has not come up; try again in a moment.');
    case 'no_such_pipeline': {
      const { pipeline, known } = refusal;
      const message = `There is no pipeline ${pipeline}; known are ${known.join(', ')}.`;
      return error('not_found', message, { pipelines: known });
    }
    case 'pipeline_left_out': {
      const when = '`perdure pipelines check` tells when it is in order';
      return error('not_found', `Pipeline ${refusal.pipeline} is left out: ${refusal.problem}; ${when}.`);
    }
    case 'input_refused': {
      const message = `Pipeline ${refusal.pipeline} does not accept this input: ${problemsText(refusal.problems)}.`;
      return error('invalid_input', message, problemDetails(refusal.problems));
    }
    case 'key_reused': {
      const message = 'This Idempotency-Key belongs to another request; send a new key.';
      return error('conflict', message, { runId: refusal.runId });
    }
    case 'no_such_run':
      return runNotFound(refusal.runId);
    case 'order_refused':
      return orderRefused(refusal);
    case 'removal_refused':
      return removalRefused(refusal);
    case 'undone':
      return undone(refusal);
    case 'no_such_step':
      return noSuchStep(refusal);
    case 'no_such_wait':
      return error('not_found', `There is no question ${refusal.waitId}; \`perdure waits\` shows those that wait.`);
    case 'answer_refused': {
      const what = `Question ${refusal.waitId} does not take this answer: ${problemsText(refusal.problems)}`;
      return error('invalid_input', `${what}; correct it and answer again.`, problemDetails(refusal.problems));
    }
    case 'answered_before':
      return answeredBefore(refusal);
    case 'wait_closed':
      return waitClosed(refusal);
    default:
      return refusal satisfies never;
  }
}

export function runNotFound(runId: string): PerdureError {
  return error('not_found', `There is no run ${runId}; \`perdure runs list\` shows those there are.`);
}

type Refusal<K extends RunRefusal['kind']> = Extract<RunRefusal, { readonly kind: K }>;

function orderRefused({ runId, command, status, possible, forkFrom }: Refusal<'order_refused'>): PerdureError {
  const next = possible.length === 0 ? 'nothing can be ordered any more' : `possible now: ${possible.join(', ')}`;
  const instead = forkFrom === undefined ? '' : `, its effects were undone: ${forkAdvice(runId, forkFrom)}`;
  const message = `Run ${runId} is ${status}, so ${command} is refused; ${next}${instead}.`;
  return error('conflict', message, compact({ status, possible, forkFrom }));
}

function removalRefused({ runId, why }: Refusal<'removal_refused'>): PerdureError {
  if (why.kind === 'is_part') {
    const message = `Run ${runId} is a part of run ${why.parent}: delete that one, and all below it goes with it.`;
    return error('conflict', message, { parent: why.parent });
  }
  const which = why.runId === runId ? `Run ${runId}` : `Run ${why.runId}, below run ${runId},`;
  const message = `${which} is ${why.status}, so nothing is deleted; only what has ended can be: \`perdure runs cancel\` ends it.`;
  return error('conflict', message, { status: why.status });
}

function undone({ runId, forkFrom }: Refusal<'undone'>): PerdureError {
  const instead = forkFrom === undefined ? 'start it anew' : `${forkAdvice(runId, forkFrom)}; or start it anew`;
  const message = `Run ${runId} cannot be retried: its effects were undone; ${instead}.`;
  return error('conflict', message, compact({ forkFrom }));
}

function forkAdvice(runId: string, from: string): string {
  return `\`perdure runs fork ${runId} --from ${from}\` does them again, as another run`;
}

function noSuchStep({ runId, key }: Refusal<'no_such_step'>): PerdureError {
  const taken = undoneBy(key);
  const remedy =
    taken === undefined
      ? `\`perdure runs show ${runId}\` lists its steps`
      : `an undo is none, fork from ${JSON.stringify(taken)} to do again what it took back`;
  const message = `Run ${runId} has no step ${JSON.stringify(key)} to fork from; ${remedy}.`;
  return error('invalid_input', message, { field: 'body.from' });
}

function answeredBefore({ waitId, answered }: Refusal<'answered_before'>): PerdureError {
  const text = JSON.stringify(answered.answer);
  const told = text.length > toldLength ? `${text.slice(0, toldLength)}…` : text;
  const message = `Question ${waitId} was answered by ${answered.by} at ${answered.at} with ${told}; an answer is taken once.`;
  return error('conflict', message, { ...answered });
}

function waitClosed({ wait: { id, runId, expiresAt }, hasExpired }: Refusal<'wait_closed'>): PerdureError {
  const why = hasExpired ? `expired at ${expiresAt}` : 'is closed, since its run is over';
  const next = `\`perdure runs show ${runId}\` tells how the run stands`;
  return error('conflict', `Question ${id} ${why}, so no answer is taken; ${next}.`, { runId });
}

function error(code: PerdureError['code'], message: string, details?: Readonly<Record<string, unknown>>): PerdureError {
  return new PerdureError(code, message, details === undefined ? {} : { details });
}
