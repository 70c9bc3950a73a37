/**
 * Lanes in the original's artifact of kind `subagent_lines`, whose `lines` are records by their names. Fields that it
 * has no place for stand behind its own. Every write of a task makes it anew, so no schema is loaded here: lanes are
 * read in `read-lanes.ts`.
 */

import type { Lane } from '@perdure/contract';
import { secondsTime } from './times.ts';

export const lanesKind = 'subagent_lines';

/** The words of a return by the number of its event, as far as whoever writes has them at hand. */
export type Bodies = ReadonlyMap<number, string>;

/** Undefined where there are none. */
export function lanesArtifact(lanes: readonly Lane[], bodies: Bodies): Readonly<Record<string, unknown>> | undefined {
  if (lanes.length === 0) return undefined;
  return { kind: lanesKind, lines: Object.fromEntries(lanes.map((lane) => [lane.line, record(lane, bodies)])) };
}

function record(lane: Lane, bodies: Bodies): Readonly<Record<string, unknown>> {
  const { last_return_seq: seq, last_body: imported, assigned_at, updated_at, last_return_at, ...fields } = lane;
  return {
    ...fields,
    assigned_at: secondsTime(assigned_at),
    updated_at: secondsTime(updated_at),
    last_return_at: last_return_at === null ? null : secondsTime(last_return_at),
    artifacts: [],
    last_body: imported ?? (seq === null ? '' : (bodies.get(seq) ?? '')),
  };
}
