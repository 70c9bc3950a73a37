/**
 * What stands in the settings of Claude Code: one entry for each event. JSON has no comments, so an entry is known
 * by the end of its command, which is a comment to the shell that runs it and which Claude Code keeps.
 */

import { shellWord } from '../text/format.ts';

export const hookEvents = {
  SessionStart: { word: 'session-start', matcher: 'startup|resume|compact' },
  PreCompact: { word: 'pre-compact' },
  Stop: { word: 'stop' },
} as const satisfies Record<string, { readonly word: string; readonly matcher?: string }>;

export type HookEvent = keyof typeof hookEvents;
export const hookEventNames = Object.keys(hookEvents) as readonly HookEvent[];

const marker = '# perdure hooks';
/** A session waits no longer for us. */
const timeoutSeconds = 15;

export function isOurs(command: string | undefined): boolean {
  return command?.trimEnd().endsWith(marker) === true;
}

/**
 * `program`: the absolute path of the command. Whatever it ends with, the session goes on: 2 would hold it up, and so
 * ends a command line of another version that does not know the word.
 */
export function commandOf(event: HookEvent, program: string): string {
  return `${shellWord(program)} hook ${hookEvents[event].word} || true ${marker}`;
}

export function entryOf(event: HookEvent, program: string): object {
  const { matcher } = hookEvents[event] as { readonly matcher?: string };
  const hooks = [{ type: 'command', command: commandOf(event, program), timeout: timeoutSeconds }];
  return matcher === undefined ? { hooks } : { matcher, hooks };
}
