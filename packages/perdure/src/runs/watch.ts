/** `perdure runs watch`: a run from its first event to where it stops, as lines, or with `--json` as NDJSON. */

import { isFinished } from '@perdure/contract';
import { interruptOf } from '../cli/interrupt.ts';
import type { CommonOptions } from '../cli/options.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/run-id.ts';
import { followRun, leaveRunning } from './follow.ts';
import { stopWithAnswers } from './stop.ts';
import { createWatcher } from './watcher.ts';

export async function watchRun(rim: Rim, id: string, options: CommonOptions): Promise<number> {
  const client = connect(rim, options);
  const runId = await resolveRunId(client, id);
  using interrupt = interruptOf(rim);
  const homeFlag = homeFlagOf(rim, options);
  const watcher = createWatcher(rim, options, { client, runId, homeFlag });
  const { show, link, hasTold, end } = watcher;
  const run = await followRun(client, runId, { show, link, signal: interrupt.signal }).finally(end);
  // Piped, stdout and stderr have different readers.
  const isTold = hasTold() && rim.stdout.isTTY === true;
  const stop = await stopWithAnswers(client, run, { homeFlag, isTold });
  if (stop !== undefined) throw stop;
  if (!interrupt.signal.aborted || isFinished(run.status)) return 0;
  return leaveRunning(rim, run, homeFlag);
}
