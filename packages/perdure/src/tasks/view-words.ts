/** What is said to whoever works, as they read it. Pure. */

import type { Control } from '@perdure/contract';
import type { Heed } from '@perdure/tasks';

/** Each line but the first is set in, so that none passes for a line of ours. */
export function heedLine({ intent, message, isNew, number }: Heed): string {
  return `${isNew ? 'New' : 'Still'} ${intent}: ${setIn(message)}${number === undefined ? '' : ` (word ${number})`}`;
}

/** One that waits or stands, with the reason why it was not to take effect at once. */
export function controlLine({ intent, message, unsafe_reason: reason }: Control): string {
  return `${intent}: ${message}${reason === undefined ? '' : ` (not at once: ${reason})`}`;
}

export function setIn(text: string): string {
  return text.trimEnd().replaceAll(/\r?\n/g, '\n  ');
}
