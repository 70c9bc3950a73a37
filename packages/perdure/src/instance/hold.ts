/** Holds what is unfinished, where it was asked for or the state root owes it, before anything drives runs. */

import { openConnection } from '@perdure/db';
import { clearHold, readStamp, type HomePaths } from '@perdure/home';
import { holdRuns } from '@perdure/runs/store';

export interface HoldRequest {
  /** Whether it was asked for. */
  readonly hold: boolean;
  readonly initDatabase: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Answers how many runs are held by it; undefined where nobody wants any to be. */
export async function holdWhatIsOwed(paths: HomePaths, request: HoldRequest): Promise<number | undefined> {
  const reason = readStamp(paths)?.hold ?? (request.hold ? 'hold' : undefined);
  if (reason === undefined) return undefined;
  const database = await openConnection({ path: paths.database, init: request.initDatabase });
  try {
    const held = holdRuns(database, { reason, at: request.now });
    clearHold(paths);
    return held;
  } finally {
    database.close();
  }
}

export function heldText(held: number, homeFlag: string): string {
  if (held === 0) return 'No run was unfinished, so none is held.';
  const runs = held === 1 ? '1 unfinished run is' : `${held} unfinished runs are`;
  return `${runs} held: \`perdure runs list${homeFlag} --status paused\` shows them, \`perdure runs resume${homeFlag} <id>\` lets one go on, \`perdure runs resume${homeFlag} --held\` all of them.`;
}
