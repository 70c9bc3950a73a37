/**
 * A review gate: approved goes on, rejected is redone with the feedback, at most `maxRounds` times. Every round is a
 * scope of its own (`review/1`, `review/2`, …): the review of round n lies beside the rework that led to it, and
 * nothing is overwritten.
 */

import {
  decisionSchema,
  PerdureError,
  type DurableContext,
  type Json,
  type ReviewAnswer,
  type ReviewOptions,
  type ReviewResult,
  type ReviewRound,
} from '@perdure/contract';
import { compose } from './composite-step.ts';
import { never } from '../session/in-flight.ts';
import { human, longestQuestion } from './human.ts';
import type { Scope } from './scope.ts';
import type { CallAgent } from './step-scope.ts';

export interface ReviewSurroundings {
  readonly context: (scope: Scope) => DurableContext;
  readonly callAgent: CallAgent;
  readonly newId: () => string;
}

const decisionKey = 'decision';

type FullAnswer = ReviewAnswer & Record<string, unknown>;

export async function review<T>(
  scope: Scope,
  subject: T,
  options: ReviewOptions<T> & ReviewSurroundings,
): Promise<ReviewResult<T>> {
  const problem = problemOf(options);
  if (problem !== undefined) {
    scope.session.gate.stopForAttention(
      new PerdureError('invalid_input', `ctx.review("${options.key}"): ${problem}, then resume the run.`),
    );
    return await never();
  }
  if (options.by === 'none') {
    return { subject, verdict: 'approved', rounds: [{ round: 1, verdict: 'approved', review: null }] };
  }
  return await compose(scope, { key: options.key, kind: 'review' }, () =>
    rounds(scope.below(options.key), subject, options),
  );
}

/** Pipelines are not type-checked before they run. */
function problemOf<T>({ by, maxRounds, reviewer, redo }: Partial<ReviewOptions<T>>): string | undefined {
  if (by !== 'none' && by !== 'agent' && by !== 'human') return 'by is "none", "agent" or "human"';
  if (!Number.isInteger(maxRounds) || Number(maxRounds) < 0) return 'maxRounds is a whole number, 0 or more';
  if (by === 'agent' && reviewer === undefined) return 'by: "agent" needs the name of the reviewer';
  const needsRedo = by !== 'none' && Number(maxRounds) > 0;
  if (needsRedo && typeof redo !== 'function') return 'redo says how it is done again; give it, or maxRounds: 0';
  return undefined;
}

async function rounds<T>(
  scope: Scope,
  first: T,
  options: ReviewOptions<T> & ReviewSurroundings,
): Promise<ReviewResult<T>> {
  const kept: ReviewRound[] = [];
  let subject = first;
  for (let round = 1; ; round += 1) {
    const inRound = scope.below(String(round));
    const before = kept.at(-1)?.review as ReviewAnswer | undefined;
    const presented = options.present?.(subject) ?? { subject };
    const { answer, stepKey } = await judge(inRound, { presented, before }, options);
    kept.push({ round, verdict: answer.verdict, review: answer as Json, stepKey });
    if (answer.verdict === 'approved') return { subject, verdict: 'approved', rounds: kept };
    if (round > options.maxRounds) {
      if (options.onExhausted === 'return') return { subject, verdict: 'changes_requested', rounds: kept };
      throw new PerdureError(
        'review_exhausted',
        `${whoOf(options)} still asks for changes after ${options.maxRounds} round(s) of rework; allow more rounds, or take the last version with onExhausted: "return".`,
        { details: { feedback: answer.feedback } },
      );
    }
    subject = await options.redo(answer, options.context(scope.below(String(round + 1))), subject);
  }
}

function whoOf({ by, reviewer }: Pick<ReviewOptions<never>, 'by' | 'reviewer'>): string {
  return by === 'human' ? 'A person' : `"${reviewer}"`;
}

interface Presentation {
  readonly presented: unknown;
  /** The answer of the round before. */
  readonly before: ReviewAnswer | undefined;
}

interface Judgement {
  readonly answer: FullAnswer;
  readonly stepKey: string;
}

async function judge<T>(
  scope: Scope,
  { presented, before }: Presentation,
  options: ReviewOptions<T> & ReviewSurroundings,
): Promise<Judgement> {
  if (options.by === 'human') {
    const question = questionOf(options.question, before);
    const asked = { key: decisionKey, schema: decisionSchema, context: presented, newId: options.newId };
    return { answer: await human(scope, question, asked), stepKey: scope.keyOf(decisionKey) };
  }
  const reviewer = options.reviewer ?? '';
  const answer = verdictOf(await options.callAgent(scope, reviewer, presented, reviewer), reviewer);
  return { answer, stepKey: scope.keyOf(reviewer) };
}

/** Whoever reviews a later version has to see what was asked for in the one before. */
function questionOf(own: string | undefined, before: ReviewAnswer | undefined): string {
  const question = own ?? 'Do you approve this?';
  if (before === undefined || before.feedback === '' || typeof question !== 'string') return question;
  const asked = `\n\nAsked for in the round before:\n${before.feedback}`;
  const room = longestQuestion - question.length;
  if (room <= 0) return question;
  return question + (asked.length > room ? `${asked.slice(0, room - 1)}…` : asked);
}

function verdictOf(answer: Json, reviewer: string): FullAnswer {
  const found = answer as Partial<FullAnswer> | null;
  if (found?.verdict !== 'approved' && found?.verdict !== 'changes_requested') {
    throw new PerdureError(
      'contract_broken',
      `The reviewer "${reviewer}" answered without a verdict; its Output Contract must require "verdict" (approved or changes_requested) and "feedback".`,
    );
  }
  return { ...found, verdict: found.verdict, feedback: typeof found.feedback === 'string' ? found.feedback : '' };
}
