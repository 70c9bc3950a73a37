/** `perdure pipelines show`: one pipeline, with what it takes and gives. */

import { PerdureError } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { paintFor } from '../text/paint.ts';
import { findPipelines } from './found.ts';
import { pipelineView } from './view-pipeline.ts';

export async function showPipeline(rim: Rim, id: string, options: CommonOptions): Promise<number> {
  const { entries } = await findPipelines(rim, options);
  const entry = entries.find((pipeline) => pipeline.id === id);
  const homeFlag = homeFlagOf(rim, options);
  if (entry === undefined) {
    const known = entries.map((pipeline) => pipeline.id);
    throw new PerdureError(
      'not_found',
      `There is no pipeline ${id}; known are ${known.join(', ')}, and \`perdure pipelines check\` tells which files are refused.`,
      { details: { pipelines: known } },
    );
  }
  printData(rim, options, entry, () => pipelineView(entry, { paint: paintFor(rim.env, rim.stdout), homeFlag }));
  return 0;
}
