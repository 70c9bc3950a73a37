/** What is said to whoever works, as they read it. Pure. */

import type { Control } from '@perdure/contract';
import type { Heed } from '@perdure/tasks';

/** Each line but the first is set in, so that none passes for a line of ours. */
export function heedLine({ intent, message, isNew, number }: Heed): string {
  return `${isNew ? 'New' : 'Still'} ${intent}${wordNumber(number)}: ${setIn(message)}`;
}

/** By which a word is named; empty for what has none. */
export function wordNumber(number: number | undefined): string {
  return number === undefined ? '' : ` (word ${number})`;
}

/** One that waits or stands, with the reason why it was not to take effect at once. */
export function controlLine({ intent, message, number, unsafe_reason: reason }: Control): string {
  return `${intent}${wordNumber(number)}: ${message}${reason === undefined ? '' : ` (not at once: ${reason})`}`;
}

export function setIn(text: string): string {
  return text.trimEnd().replaceAll(/\r?\n/g, '\n  ');
}
