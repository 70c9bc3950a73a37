/** What was loaded, as it is published, and what there is to say of it. */

import { problemText, type Catalogue, type DefinitionNote, type DefinitionProblem } from '@perdure/contract';
import { serverEntries, type ResolvedModels } from '@perdure/models/servers';
import { agentEntry, type LoadedAgents } from './agents/index.ts';
import type { LoadedPipelines } from './definitions/index.ts';
import type { LoadedTools } from './tools/index.ts';

export interface Loaded {
  readonly pipelines: LoadedPipelines;
  readonly agents: LoadedAgents;
  readonly tools: LoadedTools;
  readonly models: ResolvedModels;
}

export function catalogueOf({ pipelines, agents, tools, models }: Loaded): Catalogue {
  const asking = agents.agents.map(({ agent: { name, model } }) => ({ name, model }));
  return {
    pipelines: pipelines.pipelines.map(({ entry }) => entry),
    agents: agents.agents.map(agentEntry),
    tools: tools.tools.map(({ entry }) => entry),
    modelServers: [...serverEntries(models, { agents: asking, env: process.env })],
    problems: [...pipelines.problems, ...agents.problems, ...tools.problems],
  };
}

interface Findings {
  readonly problems: readonly DefinitionProblem[];
  readonly notes: readonly DefinitionNote[];
  readonly missing: ResolvedModels['missing'];
}

/** Logs what there is to say of what was loaded; answers what everybody is to be told. */
export function tellFindings({ problems, notes, missing }: Findings, log: (line: string) => void): readonly string[] {
  const [harmful, harmless] = [notes.filter(isWarning), notes.filter((note) => !isWarning(note))];
  const warnings = [...problems.map(warningOf), ...missing.entries().map(missingKey), ...harmful.map(noteOf)];
  for (const line of [...warnings, ...harmless.map(noteOf)]) log(line);
  return warnings;
}

function warningOf(problem: DefinitionProblem): string {
  return `This ${problem.kind} is left out: ${problemText(problem)}.`;
}

function isWarning({ severity }: DefinitionNote): boolean {
  return severity === 'warning';
}

function noteOf(note: DefinitionNote): string {
  return `This ${note.kind} is taken, with a ${note.severity}: ${problemText(note)}.`;
}

function missingKey([server, variable]: readonly [string, string]): string {
  return `The models of "${server}" cannot be asked: ${variable} is not set; put it into the environment or into the .env file of the state root.`;
}
