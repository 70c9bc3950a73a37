/**
 * What there is of agents, pipelines and tools: what the worker has loaded while it runs, else what it would load,
 * found by the code that it loads with.
 */

import { isPerdureError, type AgentEntry, type PipelineEntry, type ToolEntry } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say, type TextOf } from '../cli/output.ts';
import { findProjectFolder } from '../cli/project-folder.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { loadProjectTools } from './project-tools.ts';

/** `isRunning`: whether the worker was asked, so that these are the ones that runs use. */
export interface Found<Entry> {
  readonly isRunning: boolean;
  readonly entries: readonly Entry[];
  /** How many files are left out. */
  readonly refused: number;
}

export async function findAgents(rim: Rim, options: CommonOptions): Promise<Found<AgentEntry>> {
  return await runningOr(
    async () => (await connect(rim, options).listAgents()).data,
    async () => {
      const project = await findProjectFolder(rim, options);
      const { tools } = await loadProjectTools(rim, options, project);
      const [{ agentEntry, loadAgents }, { definitionRoots }, { allowedTools }] = await Promise.all([
        import('@perdure/worker/agents'),
        import('@perdure/worker/definitions'),
        import('@perdure/worker/tools'),
      ]);
      const { agents, problems } = await loadAgents(definitionRoots('agents', project), allowedTools(tools));
      return { entries: agents.map(agentEntry), refused: problems.length };
    },
  );
}

export async function findPipelines(rim: Rim, options: CommonOptions): Promise<Found<PipelineEntry>> {
  return await runningOr(
    async () => (await connect(rim, options).listPipelines()).data,
    async () => {
      const { definitionRoots, loadPipelines } = await import('@perdure/worker/definitions');
      const roots = definitionRoots('pipelines', await findProjectFolder(rim, options));
      const { pipelines, problems } = await loadPipelines(roots);
      return { entries: pipelines.map(({ entry }) => entry), refused: problems.length };
    },
  );
}

export async function findTools(rim: Rim, options: CommonOptions): Promise<Found<ToolEntry>> {
  return await runningOr(
    async () => (await connect(rim, options).listTools()).data,
    async () => {
      const { tools, problems } = await loadProjectTools(rim, options, await findProjectFolder(rim, options));
      return { entries: tools.map(({ entry }) => entry), refused: problems.length };
    },
  );
}

/** Names of all agent folders, also of those whose text is refused. */
export async function findAgentNames(project: string): Promise<ReadonlySet<string>> {
  const [{ agentNames }, { definitionRoots }] = await Promise.all([
    import('@perdure/worker/agents'),
    import('@perdure/worker/definitions'),
  ]);
  return await agentNames(definitionRoots('agents', project));
}

async function runningOr<Entry>(
  ask: () => Promise<readonly Entry[]>,
  load: () => Promise<Omit<Found<Entry>, 'isRunning'>>,
): Promise<Found<Entry>> {
  try {
    return { isRunning: true, entries: await ask(), refused: 0 };
  } catch (error) {
    if (!isPerdureError(error, 'unreachable')) throw error;
    return { isRunning: false, ...(await load()) };
  }
}

/** Prints the list; of one that no worker tells, a person learns on stderr that nothing runs. */
export function printFound<Entry>(
  rim: Rim,
  options: CommonOptions,
  { noun, found, table }: { readonly noun: string; readonly found: Found<Entry>; readonly table: TextOf },
): void {
  const { entries, isRunning, refused } = found;
  printData(rim, options, entries, table);
  if (isRunning || options.json === true) return;
  const left = refused === 0 ? '' : ` Some are left out: \`perdure ${noun} check\` says why.`;
  say(rim, `(not running: this is what \`perdure up\` would load.${left})`);
}
