/** Whether an answer is taken: once, and only while its question is open. Pure. */

import { takesAnswers, type RunStatus, type WaitPurpose } from '@perdure/contract';

/** A question to a person, and how what asked it stands. */
export interface QuestionState {
  readonly purpose: WaitPurpose;
  readonly isAnswered: boolean;
  readonly expiresAt: number | null;
  /** Whether its step waits for it: it was neither settled otherwise nor asked anew after a retry. */
  readonly isAwaited: boolean;
  readonly runStatus: RunStatus;
}

export type AnswerDecision =
  | { readonly kind: 'answered_before' | 'closed' }
  /** `resumes`: the run stands still for this answer, or is about to, and is ordered to go on. */
  | { readonly kind: 'accepted'; readonly resumes: boolean };

export function decideAnswer(question: QuestionState, at: number): AnswerDecision {
  if (question.isAnswered) return { kind: 'answered_before' };
  const hasExpired = question.expiresAt !== null && question.expiresAt <= at;
  if (hasExpired || !question.isAwaited || !takesAnswers(question.runStatus)) return { kind: 'closed' };
  // One that a person has paused stays paused, and finds the answer when it is resumed.
  return { kind: 'accepted', resumes: question.purpose === 'outcome' && question.runStatus !== 'paused' };
}
