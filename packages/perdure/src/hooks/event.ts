/** What Claude Code says to a hook, as far as it is heeded; what is odd in it is left out. Pure. */

import { isAbsolute } from 'node:path';

export interface SessionEvent {
  /** Where the session works. */
  readonly cwd?: string;
  /** Of a start: `startup`, `resume`, `clear` or `compact`. */
  readonly source?: string;
  /** Of a compaction: `manual` or `auto`. */
  readonly trigger?: string;
  /** Whether the session goes on only because a hook has held it up already. */
  readonly wasHeldUp: boolean;
}

/** @throws SyntaxError where it is no JSON */
export function readEvent(text: string): SessionEvent {
  const given: unknown = JSON.parse(text);
  const fields = typeof given === 'object' && given !== null ? (given as Readonly<Record<string, unknown>>) : {};
  const { cwd, source, trigger, stop_hook_active: wasHeldUp } = fields;
  return {
    ...(typeof cwd === 'string' && isAbsolute(cwd) ? { cwd } : {}),
    ...(typeof source === 'string' ? { source } : {}),
    ...(typeof trigger === 'string' ? { trigger } : {}),
    // What is not understood holds nobody up.
    wasHeldUp: wasHeldUp !== false,
  };
}
