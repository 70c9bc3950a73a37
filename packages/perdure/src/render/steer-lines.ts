/** Texts of people for the agents, oldest first, each with the turns that read it. Pure. */

import { isFinished, type Run, type RunEvent, type Step } from '@perdure/contract';
import { printable } from './format.ts';

export interface Steered {
  readonly run: Run;
  readonly steps: readonly Step[];
  readonly events: readonly RunEvent[];
}

export function steerLines({ run, steps, events }: Steered): string[] {
  const steers = events.filter(({ type, data }) => type === 'order.received' && data['order'] === 'steer');
  const readers = readersOf(steps);
  // A text goes to the runs below too, and each tells its own readers.
  const where = steps.some(({ kind }) => kind === 'run') ? ' in this run' : '';
  const unread = `${isFinished(run.status) ? 'read by nobody' : 'not read yet'}${where}`;
  return steers.map((steer) => {
    const keys = readers.get(steer.data['id']) ?? [];
    const text = printable(String(steer.data['text'])).replaceAll('\n', '\n    ');
    return `  ${steer.at}  ${text}\n    ${keys.length === 0 ? unread : `read by ${keys.join(', ')}`}`;
  });
}

/** Keys of turns, by the id of the order whose text they were given. */
function readersOf(steps: readonly Step[]): ReadonlyMap<unknown, readonly string[]> {
  const readers = new Map<unknown, string[]>();
  for (const { key, detail } of steps) {
    const ids: unknown = detail?.['steers'];
    for (const id of Array.isArray(ids) ? ids : []) readers.set(id, [...(readers.get(id) ?? []), key]);
  }
  return readers;
}
