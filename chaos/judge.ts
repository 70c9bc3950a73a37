/**
 * The judge of a chaos run: pure, over facts that were collected from outside. Each rule returns its breaches as sentences, and a
 * figure is fine when there are none.
 *
 * Times of three processes are compared; they share a clock, that of the machine.
 */

import type { RunStatus } from '@perdure/contract';
import type { Facts, StepRow } from './facts.ts';
import { figureOf, type Figure } from './figures.ts';

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
    none(
      'parts_that_ended_unasked',
      facts.unaskedEnds.map(({ part, why }) => `the ${part} ended by itself: ${why}`),
    ),
  ];
}

function none(id: string, breaches: readonly string[]): Figure {
  return figureOf({ id, value: breaches.length, unit: 'count', target: '= 0', evidence: breaches });
}

function lostRuns({ acknowledgements, runs }: Facts): readonly string[] {
  const known = new Set(runs.map((run) => run.id));
  return acknowledgements.filter(({ runId }) => !known.has(runId)).map(({ runId }) => `run ${runId} is not there`);
}

function splitKeys({ acknowledgements }: Facts): readonly string[] {
  const first = new Map<string, string>();
  return acknowledgements.flatMap(({ idempotencyKey, runId }) => {
    const earlier = first.get(idempotencyKey) ?? runId;
    first.set(idempotencyKey, earlier);
    return earlier === runId ? [] : [`${idempotencyKey} was acknowledged with ${earlier} and with ${runId}`];
  });
}

/** Ended, or loudly waiting for somebody. */
const settled: readonly RunStatus[] = ['completed', 'failed', 'cancelled', 'paused', 'needs_attention'];

function unfinishedRuns({ runs }: Facts): readonly string[] {
  return runs.filter(({ status }) => !settled.includes(status)).map(({ id, status }) => `run ${id} is still ${status}`);
}

function completedShare({ acknowledgements, runs }: Facts): Figure {
  const acknowledged = new Set(acknowledgements.map(({ runId }) => runId));
  const completed = runs.filter(({ id, status }) => acknowledged.has(id) && status === 'completed');
  const others = runs.filter(({ id, status }) => acknowledged.has(id) && status !== 'completed');
  const value = acknowledged.size === 0 ? 0 : (100 * completed.length) / acknowledged.size;
  const evidence = others.map(({ id, status, error }) => `run ${id} is ${status}: ${error ?? 'no error'}`);
  return figureOf({ id: 'acknowledged_runs_completed', value, unit: '%', target: '>= 90', evidence });
}

function prefixBreaches({ eventsBefore, events }: Facts): readonly string[] {
  const after = new Map(events.map((event) => [`${event.run_id}/${event.seq}`, JSON.stringify(event)]));
  const changed = eventsBefore.filter((event) => after.get(`${event.run_id}/${event.seq}`) !== JSON.stringify(event));
  const gaps = events.filter((event, index) => {
    const before = events[index - 1];
    return event.seq !== (before?.run_id === event.run_id ? before.seq + 1 : 1);
  });
  return [
    ...changed.map(({ run_id, seq }) => `event ${seq} of run ${run_id} was there before a kill and is not now`),
    ...gaps.map(({ run_id, seq }) => `run ${run_id} has a gap before event ${seq}`),
  ];
}

function turnsRecordedTwice({ events }: Facts): readonly string[] {
  const seen = new Set<string>();
  return events.flatMap(({ run_id, type, data }) => {
    const { kind, key } = JSON.parse(data) as { readonly kind?: string; readonly key?: string };
    if (type !== 'step.done' || kind !== 'turn') return [];
    const id = `${run_id}/${key}`;
    if (seen.has(id)) return [`turn ${id} is recorded twice`];
    seen.add(id);
    return [];
  });
}

/** When each step was recorded as done, by `<run>/<key>`. */
function doneTimes({ events }: Facts): ReadonlyMap<string, number> {
  const done = events.filter((event) => event.type === 'step.done');
  return new Map(done.map(({ run_id, at, data }) => [`${run_id}/${(JSON.parse(data) as { key: string }).key}`, at]));
}

function finishedTurnsRequestedAgain(facts: Facts): readonly string[] {
  const doneAt = doneTimes(facts);
  // The last part of the key is the attempt.
  return facts.modelRequests
    .filter(({ at, key }) => at > (doneAt.get(key.slice(0, key.lastIndexOf('/'))) ?? Infinity))
    .map(({ key }) => `turn ${key} was requested after it had been recorded`);
}

function finishedEffectsAttemptedAgain(facts: Facts): readonly string[] {
  const doneAt = doneTimes(facts);
  return facts.effects
    .filter(({ at, idempotencyKey }) => at > (doneAt.get(idempotencyKey) ?? Infinity))
    .map(({ idempotencyKey, attempt }) => `${idempotencyKey} (attempt ${attempt}) came after it had been recorded`);
}

/** A request sent just before a kill may reach its server just after it. */
const deliveryMs = 1_000;

/** The same attempt may come twice only when the worker that made it was killed in between: death of engine or server repeats nothing. */
function repeatedWithoutDeath(
  { kills }: Facts,
  requests: readonly { readonly at: number; readonly key: string }[],
): readonly string[] {
  const deaths = kills.filter(({ victim }) => ['worker', 'launcher', 'all'].includes(victim)).map(({ at }) => at);
  const last = new Map<string, number>();
  return requests.flatMap(({ key, at }) => {
    const before = last.get(key);
    last.set(key, at);
    if (before === undefined) return [];
    const isExplained = deaths.some((death) => death >= before - deliveryMs && death <= at);
    return isExplained ? [] : [`${key} was repeated after ${at - before} ms though its worker lived`];
  });
}

function effectAttempts({ effects }: Facts): readonly { readonly at: number; readonly key: string }[] {
  return effects.map(({ at, idempotencyKey, attempt }) => ({ at, key: `${idempotencyKey}/${attempt}` }));
}

function acceptedTwice({ effects }: Facts): readonly string[] {
  const seen = new Set<string>();
  return effects.flatMap(({ outcome, idempotencyKey }) => {
    if (outcome !== 'accepted') return [];
    if (seen.has(idempotencyKey)) return [`${idempotencyKey} was accepted twice`];
    seen.add(idempotencyKey);
    return [];
  });
}

/** A step whose result names an effect must have had that effect. */
function inventedEffects({ steps, effects }: Facts): readonly string[] {
  const accepted = new Map(effects.map(({ idempotencyKey, effect }) => [idempotencyKey, effect]));
  return steps.filter(isDone).flatMap((step) => {
    const { effect } = (JSON.parse(step.result ?? 'null') ?? {}) as { readonly effect?: number };
    const id = `${step.run_id}/${step.key}`;
    return effect === undefined || accepted.get(id) === effect ? [] : [`${id} is recorded, its effect is unknown`];
  });
}

/** Of a run that failed, every effect that was armed has an undo that is recorded and was accepted outside. */
function notTakenBack({ runs, steps, effects }: Facts): readonly string[] {
  const failed = new Set(runs.filter(({ status }) => status === 'failed').map(({ id }) => id));
  const undone = new Set(steps.filter(isDone).map((step) => `${step.run_id}/${step.key}`));
  const accepted = new Set(effects.map((effect) => effect.idempotencyKey));
  return steps
    .filter((step) => step.undoable === 1 && failed.has(step.run_id))
    .map((step) => `${step.run_id}/undo/${step.key}`)
    .filter((undo) => !undone.has(undo) || !accepted.has(undo))
    .map((undo) => `${undo} is missing`);
}

function isDone(step: StepRow): boolean {
  return step.status === 'done';
}
