/** What others may be told of the model servers: no secret, and of addresses the origin alone. */

import { compact, type ModelEntry, type ModelServerEntry } from '@perdure/contract';
import { keyName, modelName, type ModelServer } from '../turn/server.ts';
import { proxyFor } from './proxy.ts';
import type { ModelAim, ResolvedModels } from './resolve.ts';

/** An agent, and the model that it names; absent: the default. */
export interface AskingAgent {
  readonly name: string;
  readonly model?: string | undefined;
}

export function serverEntries(
  models: ResolvedModels,
  {
    agents,
    env,
  }: { readonly agents: readonly AskingAgent[]; readonly env: Readonly<Record<string, string | undefined>> },
): readonly ModelServerEntry[] {
  const aims = [...models.named, ...agents.map(({ model }) => model)].map((name) => models.describe(name));
  const byName = new Map(aims.map((aim) => [modelName(aim.target), aim]));
  const first = modelName(models.describe().target);
  const entryOf = ([name, aim]: readonly [string, ModelAim]): ModelEntry => ({
    name,
    isDefault: name === first,
    agents: agents.filter(({ model }) => modelName(models.describe(model).target) === name).map((agent) => agent.name),
    contextTokens: aim.contextTokens,
    fallback: aim.fallback.map(modelName),
    ...compact({ prices: aim.prices }),
  });
  return [...models.servers.values()].map((server) => ({
    name: server.name,
    api: server.api,
    origin: new URL(server.baseUrl).origin,
    key: keyOf(server, models),
    models: [...byName].filter(([, { target }]) => target.server.name === server.name).map(entryOf),
    ...compact({
      proxy: proxyFor(server.baseUrl, env)?.origin,
      secrets: server.secrets && [...server.secrets],
    }),
  }));
}

function keyOf({ name, apiKey, secrets }: ModelServer, { missing }: ResolvedModels): ModelServerEntry['key'] {
  if (missing.has(name)) return 'missing';
  if (secrets?.some((secret) => secret.name === keyName) === true) return 'vault';
  return apiKey === undefined ? 'none' : 'set';
}
