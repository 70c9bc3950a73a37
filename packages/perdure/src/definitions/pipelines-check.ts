/** `perdure pipelines check`: loads the project's pipelines as the worker does, and names what is wrong. */

import { join } from 'node:path';
import type { CommonOptions } from '../cli/options.ts';
import { findProjectFolder } from '../cli/project-folder.ts';
import type { Rim } from '../cli/rim.ts';
import { reportCheck } from './check-report.ts';

export async function checkPipelines(rim: Rim, options: CommonOptions): Promise<number> {
  const project = await findProjectFolder(rim, options);
  const { loadPipelines } = await import('@perdure/worker/definitions');
  const found = await loadPipelines([{ dir: join(project, 'pipelines'), origin: 'project' }]);
  const names = found.pipelines.map(({ entry }) => entry.id);
  return reportCheck(rim, options, {
    noun: 'pipeline',
    names,
    problems: found.problems,
    notes: found.notes,
    folder: join(project, 'pipelines'),
  });
}
