/** `perdure pipelines list`: what the worker has loaded. */

import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { formatList } from '../text/table.ts';

export async function listPipelines(rim: Rim, options: CommonOptions): Promise<number> {
  const { data } = await connect(rim, options).listPipelines();
  const rows = data.map((pipeline) => [pipeline.id, pipeline.origin, pipeline.description]);
  printData(rim, options, data, (columns) =>
    formatList(['ID', 'FROM', 'DESCRIPTION'], rows, { empty: 'No pipelines.', columns }),
  );
  return 0;
}
