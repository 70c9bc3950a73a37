/**
 * `perdure tools check`: loads the project's tools as the worker does, has their types checked where a compiler is at
 * hand, and names what is wrong, and what they ask the vaults for.
 */

import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadedTool } from '@perdure/worker/tools';
import type { CommonOptions } from '../cli/options.ts';
import { findProjectFolder } from '../cli/project-folder.ts';
import type { Rim } from '../cli/rim.ts';
import { askedSecrets, type AskedSecret } from './asked-secrets.ts';
import { reportCheck } from './check-report.ts';
import { checkTypes } from './check-types.ts';
import { loadProjectTools } from './project-tools.ts';

export async function checkTools(rim: Rim, options: CommonOptions): Promise<number> {
  const project = await findProjectFolder(rim, options);
  const { tools, problems, notes } = await loadProjectTools(rim, options, project);
  const files = tools.flatMap(({ file }) => (file === undefined ? [] : [realpathSync(file)]));
  const typed = await checkTypes(rim, options, { kind: 'tool', files });
  const asked = await askedSecrets(rim, options, tools);
  const names = tools.flatMap(({ entry }) => (entry.origin === 'project' ? [entry.id] : []));
  return reportCheck(rim, options, {
    noun: 'tool',
    names,
    problems: [...problems, ...typed.problems],
    notes: [...notes, ...typed.notes, ...tools.flatMap((tool) => notesOn(tool, asked))],
    folder: join(project, 'tools'),
  });
}

function notesOn({ entry, file }: LoadedTool, asked: ReadonlyMap<string, readonly AskedSecret[]>) {
  const told = file === undefined ? [] : (asked.get(entry.id) ?? []);
  return told.map(
    ({ severity, clause }) => ({ kind: 'tool', file: file ?? '', severity, message: `it ${clause}` }) as const,
  );
}
