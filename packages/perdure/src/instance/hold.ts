/**
 * Holds what is unfinished, where it was asked for or the state root owes it, before anything drives runs. A root that
 * was made one of its own beside another leaves the gateways to that.
 */

import { openConnection } from '@perdure/db';
import { leaveGateways } from '@perdure/fleet/store';
import { clearHold, readStamp, type HomePaths } from '@perdure/home';
import { holdRuns } from '@perdure/runs/store';

export interface HoldRequest {
  /** Whether it was asked for. */
  readonly hold: boolean;
  readonly initDatabase: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Held {
  /** How many are held by it. */
  readonly runs: number;
  /** Handles of agents whose gateways are another root's. */
  readonly left: readonly string[];
}

/** Undefined where nobody wants any to be held. */
export async function holdWhatIsOwed(paths: HomePaths, request: HoldRequest): Promise<Held | undefined> {
  const reason = readStamp(paths)?.hold ?? (request.hold ? 'hold' : undefined);
  if (reason === undefined) return undefined;
  const database = await openConnection({ path: paths.database, init: request.initDatabase });
  try {
    const left = reason === 'copy' || reason === 'trust' ? leaveGateways(database) : [];
    const runs = holdRuns(database, { reason, at: request.now });
    clearHold(paths);
    return { runs, left };
  } finally {
    database.close();
  }
}

export function heldText({ runs, left }: Held, homeFlag: string): string {
  return [runsText(runs, homeFlag), ...(left.length === 0 ? [] : [leftText(left)])].join('\n');
}

function leftText(left: readonly string[]): string {
  const whose = left.length === 1 ? `The gateway of ${left[0]} is` : `The gateways of ${left.join(', ')} are`;
  return `${whose} left to the state root that this one was copied from, and nothing here starts, stops or removes what is its. Where that is gone, \`perdure family adopt <handle>\` takes one in.`;
}

function runsText(held: number, homeFlag: string): string {
  if (held === 0) return 'No run was unfinished, so none is held.';
  const runs = held === 1 ? '1 unfinished run is' : `${held} unfinished runs are`;
  return `${runs} held: \`perdure runs list${homeFlag} --status paused\` shows them, \`perdure runs resume${homeFlag} <id>\` lets one go on, \`perdure runs resume${homeFlag} --held\` all of them.`;
}
