/**
 * What there is of agents, pipelines and tools: what the worker has loaded while it runs, else what it would load,
 * found by the code that it loads with.
 */

import {
  compact,
  isPerdureError,
  problemText,
  type AgentEntry,
  type DefinitionProblem,
  type PipelineEntry,
  type ToolEntry,
  type WantedSecret,
} from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say, type TextOf } from '../cli/output.ts';
import { findProjectFolder } from '../cli/project-folder.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { printable } from '../text/format.ts';
import { paintFor } from '../text/paint.ts';
import { loadProjectTools } from './project-tools.ts';

/** `isRunning`: whether the worker was asked, so that these are the ones that runs use. */
export interface Found<Entry> {
  readonly isRunning: boolean;
  readonly entries: readonly Entry[];
  /** The files that are left out. */
  readonly problems: readonly DefinitionProblem[];
}

export async function findAgents(rim: Rim, options: CommonOptions): Promise<Found<AgentEntry>> {
  return await runningOr(
    () => asked(connect(rim, options), 'agent', async (client) => (await client.listAgents()).data),
    async () => {
      const project = await findProjectFolder(rim, options);
      const loaded = await loadProjectTools(rim, options, project);
      const [{ agentEntry, loadAgents }, { definitionRoots }, { allowedTools }] = await Promise.all([
        import('@perdure/worker/agents'),
        import('@perdure/worker/definitions'),
        import('@perdure/worker/tools'),
      ]);
      const allowed = allowedTools(loaded.tools, loaded.problems);
      const { agents, problems } = await loadAgents(definitionRoots('agents', project), allowed);
      return { entries: agents.map(agentEntry), problems };
    },
  );
}

export async function findPipelines(rim: Rim, options: CommonOptions): Promise<Found<PipelineEntry>> {
  return await runningOr(
    () => asked(connect(rim, options), 'pipeline', async (client) => (await client.listPipelines()).data),
    async () => {
      const { definitionRoots, loadPipelines } = await import('@perdure/worker/definitions');
      const roots = definitionRoots('pipelines', await findProjectFolder(rim, options));
      const { pipelines, problems } = await loadPipelines(roots);
      return { entries: pipelines.map(({ entry }) => entry), problems };
    },
  );
}

/** `problem`: why a secret would not be given, where somebody runs who could tell. */
export type ListedTool = Omit<ToolEntry, 'secrets'> & {
  readonly secrets?: readonly (WantedSecret & { readonly problem?: string })[] | undefined;
};

export async function findTools(rim: Rim, options: CommonOptions): Promise<Found<ListedTool>> {
  return await runningOr(
    () => asked(connect(rim, options), 'tool', listToolsWithWants),
    async () => {
      const { tools, problems } = await loadProjectTools(rim, options, await findProjectFolder(rim, options));
      return { entries: tools.map(({ entry }) => entry), problems };
    },
  );
}

/** Whether each secret would be given is asked where one wants any. */
async function listToolsWithWants(client: Asker): Promise<readonly ListedTool[]> {
  const { data: tools } = await client.listTools();
  if (tools.every(({ secrets }) => secrets === undefined)) return tools;
  const { data: wants } = await client.listVaultWants();
  const problemOf = (tool: string, name: string) =>
    wants.find((want) => want.grantee.kind === 'tool' && want.grantee.name === tool && want.name === name)?.problem;
  return tools.map(({ secrets, ...tool }) => ({
    ...tool,
    ...compact({
      secrets: secrets?.map((secret) => ({ ...secret, ...compact({ problem: problemOf(tool.id, secret.name) }) })),
    }),
  }));
}

/** Names of all agent folders, also of those whose text is refused. */
export async function findAgentNames(project: string): Promise<ReadonlySet<string>> {
  const [{ agentNames }, { definitionRoots }] = await Promise.all([
    import('@perdure/worker/agents'),
    import('@perdure/worker/definitions'),
  ]);
  return await agentNames(definitionRoots('agents', project));
}

type Asker = ReturnType<typeof connect>;
type Told<Entry> = Omit<Found<Entry>, 'isRunning'>;

async function asked<Entry>(
  client: Asker,
  kind: DefinitionProblem['kind'],
  list: (client: Asker) => Promise<readonly Entry[]>,
): Promise<Told<Entry>> {
  const [entries, { data }] = await Promise.all([list(client), client.listProblems()]);
  return { entries, problems: data.filter((problem) => problem.kind === kind) };
}

async function runningOr<Entry>(
  ask: () => Promise<Told<Entry>>,
  load: () => Promise<Told<Entry>>,
): Promise<Found<Entry>> {
  try {
    return { isRunning: true, ...(await ask()) };
  } catch (error) {
    if (!isPerdureError(error, 'unreachable')) throw error;
    return { isRunning: false, ...(await load()) };
  }
}

/** Prints the list; what is left out, and that nothing runs, a person learns on stderr. */
export function printFound<Entry>(
  rim: Rim,
  options: CommonOptions,
  { found, table }: { readonly found: Found<Entry>; readonly table: TextOf },
): void {
  const { entries, isRunning, problems } = found;
  printData(rim, options, entries, table);
  if (options.json === true) return;
  const paint = paintFor(rim.env, rim.stderr);
  for (const problem of problems) say(rim, `${paint('yellow', '!')} left out: ${printable(problemText(problem))}`);
  if (!isRunning) say(rim, '(not running: this is what `perdure up` would load.)');
}
