/** `perdure runs delete | prune`: takes runs that have ended out of the record. */

import type { FinishedStatus } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/run-id.ts';

export async function deleteRuns(rim: Rim, given: readonly string[], options: CommonOptions): Promise<number> {
  const client = connect(rim, options);
  // All of them are found before the first is gone.
  const ids = await Promise.all(given.map((id) => resolveRunId(client, id)));
  const runs: string[] = [];
  for (const id of new Set(ids)) runs.push(...(await client.deleteRun({ params: { id } })).data.runs);
  printData(rim, options, { runs }, () => `Deleted ${counted(runs)}.`);
  return 0;
}

export interface PruneOptions extends CommonOptions {
  /** Milliseconds. */
  readonly olderThan: number;
  readonly status?: FinishedStatus;
  readonly dryRun?: boolean;
}

const pruneAtOnce = 50;

export async function pruneRuns(rim: Rim, options: PruneOptions): Promise<number> {
  const client = connect(rim, options);
  const { status, dryRun = false } = options;
  const endedBefore = new Date(rim.now() - options.olderThan).toISOString();
  const limit = dryRun ? 100 : pruneAtOnce;
  const runs: string[] = [];
  let more = true;
  while (more) {
    const { data } = await client.pruneRuns({
      body: { endedBefore, limit, dryRun, ...(status !== undefined && { status }) },
    });
    runs.push(...data.runs);
    // One that was retried just now is met again: where nothing went, nothing more will.
    more = data.more && !dryRun && data.runs.length > 0;
    if (dryRun) {
      const rest = data.more ? ', and more' : '';
      printData(rim, options, { endedBefore, ...data }, () =>
        [`Ended before ${endedBefore}, and would be deleted with what is below them${rest}:`, ...runs].join('\n'),
      );
    }
  }
  if (!dryRun) printData(rim, options, { endedBefore, runs }, () => `Deleted ${counted(runs)}.`);
  return 0;
}

function counted(runs: readonly string[]): string {
  return runs.length === 1 ? '1 run' : `${runs.length} runs`;
}
