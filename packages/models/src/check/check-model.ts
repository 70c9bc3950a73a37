/**
 * Asks one model three small questions: one for JSON, one that needs a tool, and what the tool gave. What it answers is
 * believed only as far as it can be seen: a model that answers 200 with something else is told as what it does.
 */

import { isPerdureError, type PerdureError } from '@perdure/contract';
import type { LearntStore, OptionalFeature } from '../turn/learnt.ts';
import type { ModelTurn, ModelTurnRequest } from '../turn/port.ts';
import { judgeAnswer, judgeStreaming, judgeStructured, judgeToolAnswer, judgeTools } from './judge.ts';
import { jsonQuestion, toolAnswerQuestion, toolQuestion, type Question } from './questions.ts';
import { no, ok, untried, type Answered, type CheckOutcome, type ModelCheck } from './outcome.ts';

export interface CheckDeps {
  /** Asks the model and no other: without fallbacks. */
  readonly turn: ModelTurn;
  /** What the turn keeps there tells what the model refuses; empty before. */
  readonly learnt: LearntStore;
  /** Milliseconds on any clock. */
  readonly now: () => number;
  readonly newId: () => string;
  /** How long each question may take. */
  readonly limitMs: number;
  /** Aborted after so long. */
  readonly deadline: (ms: number) => AbortSignal;
}

/** Never rejects for what the model or its server does. `model` is `server/model`. */
export async function checkModel(model: string, deps: CheckDeps): Promise<ModelCheck> {
  const first = await ask(model, jsonQuestion, deps);
  const { reachable, key, answers } = judgeFirst(first, deps.limitMs);
  if (first.kind !== 'answered') {
    const rest = { streaming: untried, structured: untried, tools: untried, toolAnswer: untried };
    return { model, checks: { reachable, key, answers, ...rest } };
  }
  const refused = await refusedFeatures(deps.learnt);
  const streaming = judgeStreaming(first, refused.get('stream'));
  const structured = judgeStructured(first, refused.get('response_format'));
  return { model, checks: { reachable, key, answers, streaming, structured, ...(await checkTools(model, deps)) } };
}

async function checkTools(model: string, deps: CheckDeps): Promise<Pick<ModelCheck['checks'], 'tools' | 'toolAnswer'>> {
  const asked = await ask(model, toolQuestion, deps);
  if (asked.kind !== 'answered') return { tools: no(asked.ms, reasonOf(asked, deps.limitMs)), toolAnswer: untried };
  const tools = judgeTools(asked);
  if (tools.kind !== 'ok') return { tools, toolAnswer: untried };
  const told = await ask(model, toolAnswerQuestion(asked.result.message), deps);
  const toolAnswer = told.kind === 'answered' ? judgeToolAnswer(told) : no(told.ms, reasonOf(told, deps.limitMs));
  return { tools, toolAnswer };
}

type Asked =
  | Answered
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'failed'; readonly ms: number; readonly error: PerdureError };

async function ask(model: string, question: Question, deps: CheckDeps): Promise<Asked> {
  const startedAt = deps.now();
  const signal = deps.deadline(deps.limitMs);
  let pieces = 0;
  const request: ModelTurnRequest = {
    ...question,
    model,
    idempotencyKey: `check/${deps.newId()}`,
    signal,
    onText: () => (pieces += 1),
  };
  try {
    const result = await deps.turn(request);
    return { kind: 'answered', result, pieces, ms: deps.now() - startedAt };
  } catch (error) {
    const ms = deps.now() - startedAt;
    if (signal.aborted) return { kind: 'late', ms };
    if (isPerdureError(error)) return { kind: 'failed', error, ms };
    throw error;
  }
}

function judgeFirst(asked: Asked, limitMs: number): Record<'reachable' | 'key' | 'answers', CheckOutcome> {
  const good = ok(asked.ms);
  if (asked.kind === 'answered') return { reachable: good, key: good, answers: judgeAnswer(asked) };
  const bad = no(asked.ms, reasonOf(asked, limitMs));
  if (asked.kind === 'late') return { reachable: bad, key: untried, answers: untried };
  const { status } = asked.error.details;
  if (status === 401 || status === 403) return { reachable: good, key: bad, answers: untried };
  const isKeyMissing = asked.error.code === 'config_invalid';
  if (isKeyMissing) return { reachable: untried, key: bad, answers: untried };
  // Who says a status has been reached; whether it has looked at the key is not known then.
  if (status === undefined && asked.error.details['away'] === true) {
    return { reachable: bad, key: untried, answers: untried };
  }
  return { reachable: good, key: untried, answers: bad };
}

function reasonOf(asked: Exclude<Asked, Answered>, limitMs: number): string {
  if (asked.kind === 'failed') return asked.error.message;
  const seconds = Math.round(limitMs / 1_000);
  return `It had not answered after ${seconds} s: a model that is loaded first may need longer, so try again, or with a longer --timeout.`;
}

/** Why each was refused. */
async function refusedFeatures(learnt: LearntStore): Promise<ReadonlyMap<OptionalFeature, string>> {
  return new Map((await learnt.load()).map(({ feature, reason }) => [feature, reason]));
}
