/**
 * The judge of a chaos run: pure, over facts that were collected from outside. Each rule (`rules-of-….ts`) returns its
 * breaches as sentences, and a figure is fine when there are none.
 *
 * Times of several processes are compared; they share a clock, that of the machine.
 */

import type { Facts } from './facts.ts';
import { figureOf, type Figure } from './figures.ts';
import { answersLost, onceAttemptedTwice, questionsLeftOpen, repeatedUnordered } from './rules-of-outcomes.ts';
import { lostRuns, prefixBreaches, splitKeys, unfinishedRuns } from './rules-of-runs.ts';
import {
  acceptedTwice,
  effectAttempts,
  finishedEffectsAttemptedAgain,
  finishedTurnsRequestedAgain,
  inventedEffects,
  notTakenBack,
  repeatedWithoutDeath,
  turnsRecordedTwice,
} from './rules-of-steps.ts';

/** A figure for each rule, in the order in which one wants to read them. */
export function judge(facts: Facts): readonly Figure[] {
  return [
    none('acknowledged_runs_lost', lostRuns(facts)),
    none('keys_acknowledged_with_two_runs', splitKeys(facts)),
    none('runs_left_unfinished', unfinishedRuns(facts)),
    completedShare(facts),
    none('record_prefix_breaches', prefixBreaches(facts)),
    none('turns_recorded_twice', turnsRecordedTwice(facts)),
    none('finished_turns_requested_again', finishedTurnsRequestedAgain(facts)),
    none('turns_repeated_while_their_worker_lived', repeatedWithoutDeath(facts, facts.modelRequests)),
    none('keys_with_two_accepted_effects', acceptedTwice(facts)),
    none('recorded_effects_that_never_happened', inventedEffects(facts)),
    none('finished_effects_attempted_again', finishedEffectsAttemptedAgain(facts)),
    none('effects_repeated_while_their_worker_lived', repeatedWithoutDeath(facts, effectAttempts(facts))),
    none('armed_effects_not_taken_back', notTakenBack(facts)),
    none('once_keys_attempted_twice', onceAttemptedTwice(facts)),
    none('once_calls_repeated_unordered', repeatedUnordered(facts)),
    none('outcome_questions_left_open', questionsLeftOpen(facts)),
    none('acknowledged_answers_lost', answersLost(facts)),
    none(
      'parts_that_ended_unasked',
      facts.unaskedEnds.map(({ part, why }) => `the ${part} ended by itself: ${why}`),
    ),
  ];
}

function none(id: string, breaches: readonly string[]): Figure {
  return figureOf({ id, value: breaches.length, unit: 'count', target: '= 0', evidence: breaches });
}

function completedShare({ acknowledgements, runs }: Facts): Figure {
  const acknowledged = new Set(acknowledgements.map(({ runId }) => runId));
  const completed = runs.filter(({ id, status }) => acknowledged.has(id) && status === 'completed');
  const others = runs.filter(({ id, status }) => acknowledged.has(id) && status !== 'completed');
  const value = acknowledged.size === 0 ? 0 : (100 * completed.length) / acknowledged.size;
  const evidence = others.map(({ id, status, error }) => `run ${id} is ${status}: ${error ?? 'no error'}`);
  return figureOf({ id: 'acknowledged_runs_completed', value, unit: '%', target: '>= 90', evidence });
}
