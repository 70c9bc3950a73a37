/** `perdure runs resume --held`: lets everything go on that a start has held. */

import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connect } from '../client/connect.ts';

export async function resumeHeld(rim: Rim, options: CommonOptions): Promise<number> {
  const client = connect(rim, options);
  const paused = await allPages((query) => client.listRuns({ query: { ...query, status: 'paused' } }));
  const held = paused.filter((run) => run.held !== undefined);
  const ids = new Set(held.map(({ id }) => id));
  // A resume reaches the runs below.
  const topmost = held.filter(({ parent }) => parent === undefined || !ids.has(parent.runId));
  for (const { id } of topmost) await client.resumeRun({ params: { id } });
  printData(rim, options, { resumed: [...ids] }, () =>
    ids.size === 0 ? 'No run is held.' : `${ids.size} held ${ids.size === 1 ? 'run goes' : 'runs go'} on.`,
  );
  return 0;
}
