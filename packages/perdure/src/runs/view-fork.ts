/** What a fork begins with and what it does again, told from both records. Pure. */

import type { StepOfKind, Step } from '@perdure/contract';
import { toolCallText } from './view-tool-call.ts';

export interface ForkRecords {
  /** The step that was named. */
  readonly asked: string;
  /** The step that the fork does first by itself. */
  readonly from: string;
  /** Steps that the fork began with. */
  readonly kept: readonly Step[];
  /** Calls that are never repeated within a run, and that the fork may make once more. */
  readonly again: readonly OnceCall[];
}

export interface OnceCall {
  /** Its key; of one in a run below behind the key of the step that is this run: `ship › charge`. */
  readonly place: string;
  readonly step: StepOfKind<'tool'>;
}

/** Keys in a line. */
const shownKeys = 12;

/** What was kept: by time, not by place. */
export function keptLines({ asked, from, kept }: ForkRecords): string[] {
  const moved = `Not from ${asked} on: ${from} was begun before it and has been undone, so what came after it is not kept.`;
  return [...(asked === from ? [] : [moved]), keptLine(from, kept)];
}

function keptLine(from: string, kept: readonly Step[]): string {
  if (kept.length === 0) return `Nothing had ended before ${from} was begun, so all is done again.`;
  const keys = kept.map(({ key }) => key);
  // A finished call is told without the steps it is made of.
  const outermost = keys.filter((key) => !keys.some((other) => key.startsWith(`${other}/`)));
  const more = outermost.length > shownKeys ? `, and ${outermost.length - shownKeys} more` : '';
  return `Kept, since it had ended before ${from} was begun: ${outermost.slice(0, shownKeys).join(', ')}${more}.`;
}

export function onceLines({ again }: ForkRecords): string[] {
  if (again.length === 0) return [];
  return [
    'Made once before, and again where the new run comes to it:',
    ...again.map(({ place, step }) => `  ${place}  ${toolCallText(step.detail)}`),
  ];
}

export function isOnce(step: Step): step is StepOfKind<'tool'> {
  return step.kind === 'tool' && step.detail?.effect === 'once';
}
