import { runStatuses, takesAnswers, waitPurposes, type RunStatus } from '@perdure/contract';
import * as fc from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { describe, expect, it } from 'vitest';
import { decideAnswer, type QuestionState } from '../../src/decide/answer.ts';
import { start } from './builders.ts';

fc.configureGlobal({ seed: propertySeed(20_261_130) });

const aQuestion = (changes: Partial<QuestionState> = {}): QuestionState => ({
  purpose: 'question',
  isAnswered: false,
  expiresAt: null,
  isAwaited: true,
  runStatus: 'waiting',
  ...changes,
});
const decided = (changes: Partial<QuestionState>, at = start) => decideAnswer(aQuestion(changes), at).kind;

/** Written out, so that the table of the contract and this one hold each other. */
const hears: Readonly<Record<RunStatus, boolean>> = {
  queued: true,
  running: true,
  waiting: true,
  paused: true,
  needs_attention: true,
  undoing: false,
  completed: false,
  failed: false,
  cancelled: false,
};

describe('an answer', () => {
  it.each(runStatuses)('is taken while the run is there to hear it, and at no other time: %s', (runStatus) => {
    expect(decided({ runStatus })).toBe(hears[runStatus] ? 'accepted' : 'closed');
  });

  it('is taken once, and who comes second is told that somebody was first, even where the question is closed by now', () => {
    expect(decided({ isAnswered: true })).toBe('answered_before');
    expect(decided({ isAnswered: true, isAwaited: false })).toBe('answered_before');
    expect(decided({ isAnswered: true, expiresAt: start })).toBe('answered_before');
    expect(decided({ isAnswered: true, runStatus: 'completed' })).toBe('answered_before');
  });

  it('comes too late from the moment on at which the question expires', () => {
    expect(decided({ expiresAt: start + 1 })).toBe('accepted');
    expect(decided({ expiresAt: start })).toBe('closed');
    expect(decided({ expiresAt: start - 1 })).toBe('closed');
  });

  it('is not taken by a step that does not wait for it any more', () => {
    expect(decided({ isAwaited: false })).toBe('closed');
  });
});

describe('a run that stands still until it is told what became of a call', () => {
  it.each(runStatuses.filter((status) => hears[status]))(
    'is ordered to go on by the answer unless a person has paused it: %s',
    (runStatus) => {
      const decision = decideAnswer(aQuestion({ purpose: 'outcome', runStatus }), start);
      expect(decision).toEqual({ kind: 'accepted', resumes: runStatus !== 'paused' });
    },
  );

  it.each(waitPurposes.filter((purpose) => purpose !== 'outcome'))(
    'is the only one: no answer to one that is a matter of %s orders anything',
    (purpose) => {
      for (const runStatus of runStatuses) {
        expect(decideAnswer(aQuestion({ purpose, runStatus }), start)).not.toMatchObject({ resumes: true });
      }
    },
  );
});

it('whatever the question: it takes an answer only if none was given, its step waits, its time has not come and its run takes answers', () => {
  const anyQuestion = fc.record({
    purpose: fc.constantFrom(...waitPurposes),
    isAnswered: fc.boolean(),
    expiresAt: fc.constantFrom(null, start - 1, start, start + 1),
    isAwaited: fc.boolean(),
    runStatus: fc.constantFrom(...runStatuses),
  });
  fc.assert(
    fc.property(anyQuestion, (question) => {
      const { isAnswered, expiresAt, isAwaited, runStatus } = question;
      const isOpen = !isAnswered && isAwaited && (expiresAt ?? Infinity) > start && takesAnswers(runStatus);
      expect(decideAnswer(question, start).kind === 'accepted').toBe(isOpen);
    }),
  );
});
