/** `perdure runs resume --held | --all`: lets many runs go on at once. */

import type { RunSummary } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connect } from '../client/connect.ts';

export interface ResumeMany extends CommonOptions {
  /** Those of this pipeline alone. */
  readonly pipeline?: string;
}

/** What a start has held. */
export async function resumeHeld(rim: Rim, options: ResumeMany): Promise<number> {
  const paused = await runsOf(connect(rim, options), 'paused', options);
  const held = paused.filter((run) => run.held !== undefined);
  const ids = new Set(held.map(({ id }) => id));
  // A resume reaches the runs below.
  const topmost = held.filter(({ parent }) => parent === undefined || !ids.has(parent.runId));
  return await resume(rim, options, { all: held, asked: topmost, kind: 'held' });
}

/** What needed attention, once its cause is mended: a file, a key, a disk. */
export async function resumeAttention(rim: Rim, options: ResumeMany): Promise<number> {
  const stopped = await runsOf(connect(rim, options), 'needs_attention', options);
  return await resume(rim, options, { all: stopped, asked: stopped, kind: 'stopped' });
}

async function runsOf(
  client: ReturnType<typeof connect>,
  status: 'paused' | 'needs_attention',
  { pipeline }: ResumeMany,
): Promise<readonly RunSummary[]> {
  const only = pipeline === undefined ? { status } : { status, pipeline };
  return await allPages((query) => client.listRuns({ query: { ...query, ...only } }));
}

interface Resumed {
  readonly all: readonly RunSummary[];
  readonly asked: readonly RunSummary[];
  readonly kind: 'held' | 'stopped';
}

async function resume(rim: Rim, options: ResumeMany, { all, asked, kind }: Resumed): Promise<number> {
  const client = connect(rim, options);
  for (const { id } of asked) await client.resumeRun({ params: { id } });
  const none = kind === 'held' ? 'No run is held.' : 'No run needs attention.';
  printData(rim, options, { resumed: all.map(({ id }) => id) }, () =>
    all.length === 0 ? none : `${all.length} ${kind} ${all.length === 1 ? 'run goes' : 'runs go'} on.`,
  );
  return 0;
}
