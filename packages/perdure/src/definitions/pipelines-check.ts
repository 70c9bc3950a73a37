/**
 * `perdure pipelines check`: loads the project's pipelines as the worker does, looks whether what they name by literals
 * is there, has their types checked where a compiler is at hand, and names what is wrong.
 */

import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { DefinitionNote, DefinitionProblem } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { findProjectFolder } from '../cli/project-folder.ts';
import type { Rim } from '../cli/rim.ts';
import { askedSecrets } from './asked-secrets.ts';
import { askedNotes, nameProblems, type KnownNames } from './check-names.ts';
import { reportCheck } from './check-report.ts';
import { checkTypes } from './check-types.ts';
import { findAgentNames } from './found.ts';
import { loadProjectTools } from './project-tools.ts';

export async function checkPipelines(rim: Rim, options: CommonOptions): Promise<number> {
  const project = await findProjectFolder(rim, options);
  const { definitionRoots, loadPipelines } = await import('@perdure/worker/definitions');
  const folder = join(project, 'pipelines');
  const found = await loadPipelines([{ dir: folder, origin: 'project' }]);
  const files = found.pipelines.map(({ file }) => realpathSync(file));
  const shipped = await loadPipelines(definitionRoots('pipelines', project).filter(({ dir }) => dir !== folder));
  const projectTools = await loadProjectTools(rim, options, project);
  const known: KnownNames = {
    pipeline: new Set([...found.ids, ...shipped.ids]),
    agent: await findAgentNames(project),
    tool: projectTools.ids,
  };
  const misnamed = await nameProblems(files, known);
  const typed = await checkTypes(rim, options, { kind: 'pipeline', files });
  const isNew = ({ file, line }: DefinitionProblem): boolean =>
    !misnamed.some((told) => told.file === file && told.line === line);
  const problems: readonly DefinitionProblem[] = [...found.problems, ...misnamed, ...typed.problems.filter(isNew)];
  const asked = await askedSecrets(rim, options, projectTools.tools);
  const notes: readonly DefinitionNote[] = [...found.notes, ...typed.notes, ...(await askedNotes(files, asked))];
  const names = found.pipelines.map(({ entry }) => entry.id);
  return reportCheck(rim, options, { noun: 'pipeline', names, problems, notes, folder });
}
