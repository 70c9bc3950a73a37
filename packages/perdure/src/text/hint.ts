/** The line below an error: what to do next, where its sentence does not say so already. Pure. */

import { errorCatalogue, type ErrorCode, type ErrorRecord } from '@perdure/contract';

/**
 * What a client of the HTTP API is told and a person at a terminal learns nothing from: the sentence names the value
 * and the remedy.
 */
const saysNothing: readonly ErrorCode[] = ['invalid_input', 'conflict', 'not_found', 'timeout', 'port_busy'];

/** A run may fail between two steps, so it is not said that there is a failed one. */
const runFailed = '`perdure runs show` shows how far it came; `perdure runs retry` goes on from there.';

export interface HintOptions {
  /** What to do where a retry, should one be advised, would be refused. */
  readonly instead?: string | undefined;
  /** The order that the run takes where it stands; absent: it is about no run, or one that nobody looked at. */
  readonly goesOnBy?: 'resume' | 'retry' | undefined;
}

/** Undefined where there is nothing to add. */
export function hintFor(
  error: Pick<ErrorRecord, 'code' | 'message'>,
  { instead, goesOnBy }: HintOptions = {},
): string | undefined {
  const hint = withOrder(ownHint(error), goesOnBy);
  return instead !== undefined && /\bretry\b/.test(`${error.message} ${hint ?? ''}`) ? instead : hint;
}

/** The same error may stop a run for attention or fail it, and each is let go on by an order of its own. */
function withOrder(hint: string | undefined, goesOnBy: HintOptions['goesOnBy']): string | undefined {
  return goesOnBy === undefined
    ? hint
    : hint?.replaceAll(/`perdure runs (retry|resume)`/g, `\`perdure runs ${goesOnBy}\``);
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
