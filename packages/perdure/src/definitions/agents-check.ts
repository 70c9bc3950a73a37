/**
 * `perdure agents check`: reads the AGENT.md files as the worker does, and names file and line of what is wrong, and of
 * what has no effect.
 */

import { join } from 'node:path';
import type { CommonOptions } from '../cli/options.ts';
import { findProjectFolder } from '../cli/project-folder.ts';
import type { Rim } from '../cli/rim.ts';
import { reportCheck } from './check-report.ts';
import { loadProjectTools } from './project-tools.ts';

export async function checkAgents(rim: Rim, options: CommonOptions): Promise<number> {
  const project = await findProjectFolder(rim, options);
  const { tools, problems: toolProblems } = await loadProjectTools(rim, options, project);
  const { allowedTools } = await import('@perdure/worker/tools');
  const { loadAgents } = await import('@perdure/worker/agents');
  const found = await loadAgents(
    [{ dir: join(project, 'agents'), origin: 'project' }],
    allowedTools(tools, toolProblems),
  );
  const names = found.agents.map(({ agent }) => agent.name);
  const { problems, notes } = found;
  return reportCheck(rim, options, { noun: 'agent', names, problems, notes, folder: join(project, 'agents') });
}
