/** `perdure runs list`: one page, newest first; its end says how to get the next one. */

import { compact, type RunStatus, type RunSummary } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printPage } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { formatDuration, shortIds } from '../text/format.ts';
import { formatList } from '../text/table.ts';
import { tokenCounts } from './view-event.ts';
import { statusWords } from './view-status.ts';

export interface ListOptions extends CommonOptions {
  readonly status?: RunStatus;
  readonly pipeline?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export async function listRuns(rim: Rim, options: ListOptions): Promise<number> {
  const { status, pipeline, limit, cursor } = options;
  const page = await connect(rim, options).listRuns({
    query: { limit, ...compact({ status, pipeline, cursor }) },
  });
  printPage(rim, options, page, (columns) => runTable(page.data, { now: rim.now(), columns }));
  return 0;
}

interface RunTableOptions {
  readonly now: number;
  /** Columns of the terminal; undefined: there is none. */
  readonly columns: number | undefined;
}

function runTable(runs: readonly RunSummary[], { now, columns }: RunTableOptions): string {
  const ids = runs.flatMap(({ id, parent }) => (parent === undefined ? [id] : [id, parent.runId]));
  const short = new Map(shortIds(ids).map((each, at) => [ids[at], each]));
  const someAreParts = runs.some(({ parent }) => parent !== undefined);
  const rows = runs.map((run) => [
    short.get(run.id) ?? run.id,
    run.pipeline,
    statusWords(run),
    `${formatDuration(Math.max(0, now - Date.parse(run.createdAt)))} ago`,
    ...(someAreParts ? [run.parent === undefined ? '' : `${short.get(run.parent.runId)}/${run.parent.stepKey}`] : []),
    tokenCounts(run.usage) ?? '',
  ]);
  const headings = ['ID', 'PIPELINE', 'STATUS', 'STARTED', ...(someAreParts ? ['PART OF'] : []), 'TOKENS'];
  const tokens = headings.length - 1;
  return formatList(headings, rows, { empty: 'No runs.', columns, spare: someAreParts ? [tokens, 4, 3] : [tokens, 3] });
}
