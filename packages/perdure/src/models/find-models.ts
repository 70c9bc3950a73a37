/** Which models a check is about: those that are named, else the default, fallbacks, and those of agents. */

import { join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { checkDefinitionFolders, chooseModel, loadSettings } from '@perdure/home';
import type { ResolvedModels } from '@perdure/models/servers';
import type { CommonOptions } from '../cli/options.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';

export interface FoundModels {
  readonly models: ResolvedModels;
  /** `server/model`, each once. */
  readonly wanted: readonly string[];
}

export async function findModels(rim: Rim, names: readonly string[], options: CommonOptions): Promise<FoundModels> {
  const { paths, project } = findPlace(rim, options);
  const { values } = await loadSettings(paths, { flags: {}, env: rim.env, cwd: rim.cwd });
  const choice = chooseModel(values);
  if (choice.kind === 'demo') {
    throw new PerdureError(
      'config_invalid',
      'No model is configured: the demo model answers, which has nothing to be checked; set AI_BASE_URL, AI_API_KEY and MODEL_ID, or models in perdure.config.yaml.',
    );
  }
  const { resolveServers } = await import('@perdure/models/servers');
  const models = resolveServers(choice.models, choice.secrets);
  const ofAgents = await modelsOfAgents(values.project ?? project);
  const known = [...models.named, ...ofAgents].map((name) => fullName(models, name));
  const asked = names.flatMap((name) => (models.servers.has(name) ? ofServer(name, known) : [fullName(models, name)]));
  return { models, wanted: [...new Set(names.length === 0 ? known : asked)] };
}

function fullName(models: ResolvedModels, name: string): string {
  const { server, model } = models.describe(name).target;
  return `${server.name}/${model}`;
}

/** Models of a server that somebody names. */
function ofServer(server: string, known: readonly string[]): readonly string[] {
  const found = known.filter((name) => name.startsWith(`${server}/`));
  if (found.length > 0) return found;
  throw new PerdureError('usage', `Nobody asks a model of ${server}: name one, as ${server}/<model>.`);
}

/** Whether their tools are there is what `agents check` tells. */
const anyTool: ReadonlySet<string> = new (class extends Set<string> {
  override has(): boolean {
    return true;
  }
})();

async function modelsOfAgents(project: string): Promise<readonly string[]> {
  checkDefinitionFolders(project);
  const { loadAgents } = await import('@perdure/worker/agents');
  const tools = { knownTools: anyTool, disabledTools: new Map<string, string>() };
  const { agents } = await loadAgents([{ dir: join(project, 'agents'), origin: 'project' }], tools);
  return agents.flatMap(({ agent: { model } }) => (model === undefined ? [] : [model]));
}
