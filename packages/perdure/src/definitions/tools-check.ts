/**
 * `perdure tools check`: loads the project's tools as the worker does, has their types checked where a compiler is at
 * hand, and names what is wrong.
 */

import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { DefinitionNote } from '@perdure/contract';
import type { LoadedTool } from '@perdure/worker/tools';
import type { CommonOptions } from '../cli/options.ts';
import { findProjectFolder } from '../cli/project-folder.ts';
import type { Rim } from '../cli/rim.ts';
import { reportCheck } from './check-report.ts';
import { checkTypes } from './check-types.ts';
import { loadProjectTools } from './project-tools.ts';

export async function checkTools(rim: Rim, options: CommonOptions): Promise<number> {
  const project = await findProjectFolder(rim, options);
  const { tools, problems, notes } = await loadProjectTools(rim, options, project);
  const files = tools.flatMap(({ file }) => (file === undefined ? [] : [realpathSync(file)]));
  const typed = await checkTypes(rim, options, { kind: 'tool', files });
  const names = tools.flatMap(({ entry }) => (entry.origin === 'project' ? [entry.id] : []));
  return reportCheck(rim, options, {
    noun: 'tool',
    names,
    problems: [...problems, ...typed.problems],
    notes: [...notes, ...typed.notes, ...tools.flatMap(wantsOf)],
    folder: join(project, 'tools'),
  });
}

/** What it is given depends on no file, so it is told and not judged. */
function wantsOf({ entry: { secrets = [] }, file }: LoadedTool): readonly DefinitionNote[] {
  if (secrets.length === 0 || file === undefined) return [];
  const names = secrets.map(({ reference }) => reference).join(', ');
  const message = `it asks the vaults for ${names}; \`perdure tools list\` tells whether it is given that`;
  return [{ kind: 'tool', file, severity: 'note', message }];
}
