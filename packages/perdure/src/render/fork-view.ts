/** What a fork begins with and what it does again, told from both records. Pure. */

import type { Step } from '@perdure/contract';
import { toolCallText } from './tool-text.ts';

export interface ForkRecords {
  /** The step that the fork does first by itself. */
  readonly from: string;
  /** Steps of the run that was forked. */
  readonly given: readonly Step[];
  /** Steps that the fork began with. */
  readonly kept: readonly Step[];
}

/** Keys in a line. */
const shownKeys = 12;

/** What was kept: by time, not by place. */
export function keptLine({ from, kept }: ForkRecords): string {
  if (kept.length === 0) return `Nothing had ended before ${from} was begun, so all is done again.`;
  const keys = kept.map(({ key }) => key);
  // A finished call is told without the steps it is made of.
  const outermost = keys.filter((key) => !keys.some((other) => key.startsWith(`${other}/`)));
  const more = outermost.length > shownKeys ? `, and ${outermost.length - shownKeys} more` : '';
  return `Kept, since it had ended before ${from} was begun: ${outermost.slice(0, shownKeys).join(', ')}${more}.`;
}

/** Calls that are never repeated within a run, and that the fork may make once more. */
export function onceLines({ given, kept }: ForkRecords): string[] {
  const keys = new Set(kept.map(({ key }) => key));
  const calls = given.filter(
    ({ key, kind, detail }) => kind === 'tool' && detail?.['effect'] === 'once' && !keys.has(key),
  );
  if (calls.length === 0) return [];
  return [
    'Made once before, and again where the new run comes to it:',
    ...calls.map((call) => `  ${call.key}  ${toolCallText(call)}`),
  ];
}
