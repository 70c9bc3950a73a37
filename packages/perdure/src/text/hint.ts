/** The line below an error: what to do next, where its sentence does not say so already. Pure. */

import { errorCatalogue, type ErrorCode, type ErrorRecord } from '@perdure/contract';

/**
 * What a client of the HTTP API is told and a person at a terminal learns nothing from: the sentence names the value
 * and the remedy.
 */
const saysNothing: readonly ErrorCode[] = ['invalid_input', 'conflict', 'not_found', 'timeout', 'port_busy'];

/** A run may fail between two steps, so it is not said that there is a failed one. */
const runFailed = '`perdure runs show` shows how far it came; `perdure runs retry` goes on from there.';

/**
 * Undefined where there is nothing to add. `instead`: what to do where a retry, should one be advised, would be
 * refused.
 */
export function hintFor(error: Pick<ErrorRecord, 'code' | 'message'>, instead?: string): string | undefined {
  const hint = ownHint(error);
  return instead !== undefined && /\bretry\b/.test(`${error.message} ${hint ?? ''}`) ? instead : hint;
}

function ownHint({ code, message }: Pick<ErrorRecord, 'code' | 'message'>): string | undefined {
  // A remedy names its command in backquotes.
  if (message.includes('`perdure ') || saysNothing.includes(code)) return undefined;
  const hint = code === 'run_failed' ? runFailed : errorCatalogue[code].hint;
  return repeats(message, hint) ? undefined : hint;
}

/** Whether `message` has nearly every word of `hint`. */
function repeats(message: string, hint: string): boolean {
  const said = new Set(wordsOf(message));
  const words = wordsOf(hint);
  return words.filter((word) => said.has(word)).length >= words.length * 0.75;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/\w+/g) ?? [];
}
