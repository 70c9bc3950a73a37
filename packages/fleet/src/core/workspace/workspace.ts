/** The files of a new workspace. */

import { fill } from './fill.ts';
import { variablesOf, type WorkspaceFacts } from './people.ts';
import { templates, workspaceFiles, type WorkspaceFile } from './templates.ts';

/** Text of each file. Throws where a template names what nobody knows: a mistake of ours. */
export function workspaceOf(facts: WorkspaceFacts): Readonly<Record<WorkspaceFile, string>> {
  const variables = variablesOf(facts);
  const filled = workspaceFiles.map((name) => {
    const outcome = fill(templates[name], variables);
    if (outcome.kind === 'refused') throw new Error(`The template of ${name} names ${outcome.missing.join(', ')}.`);
    return [name, outcome.text] as const;
  });
  return Object.fromEntries(filled) as Record<WorkspaceFile, string>;
}
