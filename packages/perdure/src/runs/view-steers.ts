/** Texts of people for the agents, oldest first, each with the turns that read it. Pure. */

import { isFinished, type Run, type RunEvent, type Step } from '@perdure/contract';
import { printable } from '../text/format.ts';

export interface SteerRecord {
  readonly run: Run;
  readonly steps: readonly Step[];
  readonly events: readonly RunEvent[];
}

export function steerLines({ run, steps, events }: SteerRecord): string[] {
  const steers = events.flatMap((event) =>
    event.type === 'order.received' && event.data.order === 'steer' ? [{ at: event.at, ...event.data }] : [],
  );
  const readers = readersOf(steps);
  // A text goes to the runs below too, and each tells its own readers.
  const where = steps.some(({ kind }) => kind === 'run') ? ' in this run' : '';
  const unread = `${isFinished(run.status) ? 'read by nobody' : 'not read yet'}${where}`;
  return steers.map(({ at, id = '', text = '' }) => {
    const keys = readers.get(id) ?? [];
    return `  ${at}  ${printable(text).replaceAll('\n', '\n    ')}\n    ${keys.length === 0 ? unread : `read by ${keys.join(', ')}`}`;
  });
}

/** Keys of turns, by the id of the order whose text they were given. */
function readersOf(steps: readonly Step[]): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>();
  for (const step of steps) {
    const ids = step.kind === 'turn' ? (step.detail.steers ?? []) : [];
    for (const id of ids) readers.set(id, [...(readers.get(id) ?? []), step.key]);
  }
  return readers;
}
