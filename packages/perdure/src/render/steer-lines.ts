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
  const readers = readersOf(steers, steps);
  const unread = isFinished(run.status) ? 'read by nobody' : 'not read yet';
  return steers.map((steer) => {
    const keys = readers.get(steer.seq) ?? [];
    const text = printable(String(steer.data['text'])).replaceAll('\n', '\n    ');
    return `  ${steer.at}  ${text}\n    ${keys.length === 0 ? unread : `read by ${keys.join(', ')}`}`;
  });
}

/** Keys of turns, by the number of the event that tells of the text. */
function readersOf(steers: readonly RunEvent[], steps: readonly Step[]): ReadonlyMap<number, readonly string[]> {
  const readers = new Map<number, string[]>();
  for (const { key, detail } of steps) {
    const ids = detail?.['steers'];
    if (!Array.isArray(ids)) continue;
    for (const id of ids) {
      const steer = steers.findLast(({ at }) => Date.parse(at) <= timeOf(String(id)));
      if (steer !== undefined) readers.set(steer.seq, [...(readers.get(steer.seq) ?? []), key]);
    }
  }
  return readers;
}

/** A turn names texts by the ids of their orders. Such an id is a UUIDv7 and begins with the millisecond of the order, as its event has it. */
function timeOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}
