/**
 * What holds for steps and what they did outside: paid for once, done once as far as a key can see to it, taken back
 * where promised.
 */

import type { StepKind } from '@perdure/contract';
import type { Facts, StepRow } from './facts.ts';

export function turnsRecordedTwice({ events }: Facts): readonly string[] {
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

export function finishedTurnsRequestedAgain(facts: Facts): readonly string[] {
  const doneAt = doneTimes(facts);
  // The last part of the key is the attempt.
  return facts.modelRequests
    .filter(({ at, key }) => at > (doneAt.get(key.slice(0, key.lastIndexOf('/'))) ?? Infinity))
    .map(({ key }) => `turn ${key} was requested after it had been recorded`);
}

export function finishedEffectsAttemptedAgain(facts: Facts): readonly string[] {
  const doneAt = doneTimes(facts);
  return facts.effects
    .filter(({ at, idempotencyKey }) => at > (doneAt.get(idempotencyKey) ?? Infinity))
    .map(({ idempotencyKey, attempt }) => `${idempotencyKey} (attempt ${attempt}) came after it had been recorded`);
}

/** A request sent just before a kill may reach its server just after it. */
const deliveryMs = 1_000;

/**
 * The same attempt may come twice only when the worker that made it was killed in between: death of engine or server
 * repeats nothing.
 */
export function repeatedWithoutDeath(
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

export function effectAttempts({ effects }: Facts): readonly { readonly at: number; readonly key: string }[] {
  return effects.map(({ at, idempotencyKey, attempt }) => ({ at, key: `${idempotencyKey}/${attempt}` }));
}

/** What a key can prevent: that is asked of effects of kind `idempotent` alone. */
export function acceptedTwice({ effects }: Facts): readonly string[] {
  const seen = new Set<string>();
  return effects.flatMap(({ outcome, kind, idempotencyKey, tool }) => {
    if (kind !== 'idempotent' || outcome !== 'accepted') return [];
    if (seen.has(idempotencyKey)) return [`${idempotencyKey} (${tool}) was accepted twice`];
    seen.add(idempotencyKey);
    return [];
  });
}

/** A step whose result names an effect must have had that effect. */
export function inventedEffects({ steps, effects }: Facts): readonly string[] {
  const accepted = new Set(effects.map(({ idempotencyKey, effect }) => `${idempotencyKey} ${effect}`));
  return steps
    .filter((step) => isDone(step) && actingKinds.includes(step.kind))
    .flatMap((step) => {
      const effect = effectIn(step);
      const id = `${step.run_id}/${step.key}`;
      return effect === undefined || accepted.has(`${id} ${effect}`)
        ? []
        : [`${id} is recorded, its effect is unknown`];
    });
}

/** Others only repeat what those below them have recorded. */
const actingKinds: readonly StepKind[] = ['step', 'tool', 'undo'];

interface ResultWithEffect {
  readonly effect?: number;
  /** Around what a tool returned to an agent. */
  readonly data?: { readonly effect?: number } | null;
}

/** A pipeline gets what a tool returned; an agent, whether it succeeded as well. */
function effectIn({ kind, result }: StepRow): number | undefined {
  const parsed = (JSON.parse(result ?? 'null') ?? {}) as ResultWithEffect;
  return parsed.effect ?? (kind === 'tool' ? parsed.data?.effect : undefined);
}

/** Of a run that failed, every effect that was armed has an undo that is recorded and was accepted outside. */
export function notTakenBack({ runs, steps, effects }: Facts): readonly string[] {
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
