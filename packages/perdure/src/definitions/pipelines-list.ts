/** `perdure pipelines list`: what the worker has loaded, or would. */

import type { CommonOptions } from '../cli/options.ts';
import type { Rim } from '../cli/rim.ts';
import { formatList } from '../text/table.ts';
import { findPipelines, printFound } from './found.ts';

export async function listPipelines(rim: Rim, options: CommonOptions): Promise<number> {
  const found = await findPipelines(rim, options);
  const rows = found.entries.map((pipeline) => [pipeline.id, pipeline.origin, pipeline.description]);
  const table = (columns: number | undefined) =>
    formatList(['ID', 'FROM', 'DESCRIPTION'], rows, { empty: 'No pipelines.', columns });
  printFound(rim, options, { found, table });
  return 0;
}
