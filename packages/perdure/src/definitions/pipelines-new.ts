/** `perdure pipelines new`: a pipeline that runs as it is, to be edited. */

import { join } from 'node:path';
import { namePattern, PerdureError } from '@perdure/contract';
import { writeProjectTypes } from '../cli/editor-types.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { findProjectFolder } from '../cli/project-folder.ts';
import type { Rim } from '../cli/rim.ts';
import { writeNewFile } from '../cli/write-new-file.ts';

export async function newPipeline(rim: Rim, id: string, options: CommonOptions): Promise<number> {
  if (!namePattern.test(id)) {
    throw new PerdureError('usage', `"${id}" cannot name a pipeline: use lower-case letters, digits and dashes.`);
  }
  const project = await findProjectFolder(rim, options);
  const file = join(project, 'pipelines', `${id}.ts`);
  const { pipelineTemplate, typeSettings } = await import('@perdure/worker/definitions');
  writeNewFile(file, pipelineTemplate(id));
  writeProjectTypes(project, typeSettings());
  printData(
    rim,
    options,
    { id, file },
    () =>
      `Wrote ${file}\n\nNext\n  Edit it, then: perdure pipelines check\n  Run it, while it is up: perdure run ${id} "Why? How?"`,
  );
  return 0;
}
