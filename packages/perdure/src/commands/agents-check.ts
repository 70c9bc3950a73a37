/** `perdure agents check`: reads the AGENT.md files as the worker does, and names file and line of what is wrong. */

import { join } from 'node:path';
import type { CommonOptions } from '../cli/options.ts';
import { findProject } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { reportCheck } from '../cli/check-report.ts';

export async function checkAgents(rim: Rim, options: CommonOptions): Promise<number> {
  const project = await findProject(rim, options);
  const { loadAgents } = await import('@perdure/server/agents');
  const found = await loadAgents([{ dir: join(project, 'agents'), origin: 'project' }], { knownTools: new Set() });
  const names = found.agents.map(({ agent }) => agent.name);
  return reportCheck(rim, options, { noun: 'agent', names, problems: found.problems, folder: join(project, 'agents') });
}
