/**
 * What holds for calls that must not be repeated: they are not, unless a person or the tool's own `verify` has found
 * that nothing had happened; and whoever is asked is heard.
 */

import type { Decision, Facts } from './facts.ts';

/**
 * Whoever orders a second attempt has asked before whether there was a first one, so there is no case in which two are
 * right: at most the evidence tells whose mistake it was.
 */
export function onceAttemptedTwice({ effects, decisions }: Facts): readonly string[] {
  const seen = new Set<string>();
  return effects.flatMap(({ kind, idempotencyKey, tool, at }) => {
    if (kind !== 'once') return [];
    if (!seen.has(idempotencyKey)) {
      seen.add(idempotencyKey);
      return [];
    }
    const order = decisions.find(
      (decision) => decision.idempotencyKey === idempotencyKey && isRunAgain(decision) && decision.at <= at,
    );
    const why = order === undefined ? 'nobody ordered it' : `a person ordered it ${at - order.at} ms before`;
    return [`${idempotencyKey} (${tool}) was attempted again, ${why}`];
  });
}

/** Every repetition in the record has an order for it: an answer, or a `verify` that found nothing. */
export function repeatedUnordered({ events, decisions, inquiries }: Facts): readonly string[] {
  const orders = new Map<string, number[]>();
  const order = (key: string, at: number) => orders.set(key, [...(orders.get(key) ?? []), at]);
  for (const decision of decisions) if (isRunAgain(decision)) order(decision.idempotencyKey, decision.at);
  for (const { asker, effect, idempotencyKey, at } of inquiries) {
    if (asker === 'verify' && effect === null) order(idempotencyKey, at);
  }
  return events.flatMap(({ run_id, type, at, data }) => {
    if (type !== 'step.retrying') return [];
    const { kind, key } = JSON.parse(data) as { readonly kind?: string; readonly key?: string };
    if (kind !== 'tool') return [];
    const id = `${run_id}/${key}`;
    const left = orders.get(id) ?? [];
    const found = left.findIndex((orderedAt) => orderedAt <= at);
    orders.set(
      id,
      left.filter((_at, index) => index !== found),
    );
    return found < 0 ? [`${id} was begun again, nobody ordered it`] : [];
  });
}

export function questionsLeftOpen({ waits }: Facts): readonly string[] {
  return waits
    .filter(({ purpose, answer }) => purpose === 'outcome' && answer === null)
    .map(({ id, run_id, step_key }) => `question ${id} (${run_id}/${step_key}) was never answered`);
}

export function answersLost({ decisions, waits }: Facts): readonly string[] {
  const recorded = new Map(waits.map(({ id, answer }) => [id, answer]));
  return decisions
    .filter(({ waitId, answer, isAcknowledged }) => isAcknowledged && recorded.get(waitId) !== answer)
    .map(({ waitId, answer }) => `question ${waitId} was answered with ${answer}, and the record holds another answer`);
}

/** Whether the person had seen no attempt. */
export function isRunAgain({ answer }: Decision): boolean {
  return (JSON.parse(answer) as { readonly decision: string }).decision === 'run_again';
}
