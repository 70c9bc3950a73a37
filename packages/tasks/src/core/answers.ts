/** The two answers of a decision, and records read by keys that others chose. */

import { compact, type ErrorCode } from '@perdure/contract';
import type { TaskEventBody } from './events.ts';
import type { Decision, Refusal } from './ports.ts';

/** What happened, in order; no events: nothing had to change. */
export function happened(...events: readonly TaskEventBody[]): Decision {
  return { kind: 'events', events };
}

/** An expected refusal; `message` is one sentence: what, why, what to do next. */
export function refuse(code: ErrorCode, message: string, details?: Readonly<Record<string, unknown>>): Refusal {
  return { kind: 'refused', code, message, ...compact({ details }) };
}

export function noSuchTask(taskId: string): Refusal {
  return refuse('not_found', `There is no task "${taskId}"; \`perdure task list\` shows those there are.`);
}

/** The member of that name, and never what every object inherits (`constructor`). */
export function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Words for a sentence: `a, b, c and 2 more`. */
export function enumerate(words: readonly string[], most = 5): string {
  const rest = words.length - most;
  return rest > 0 ? `${words.slice(0, most).join(', ')} and ${rest} more` : words.join(', ');
}
