/**
 * Which server and which model a name means. `groq/llama-3.3-70b` is a model of the server groq; where the part before
 * the first slash is no server, the whole is a model of the default server, since ids of models have slashes too.
 */

import {
  compact,
  modelsSettingsSchema,
  PerdureError,
  type LimitSettings,
  type ModelPrices,
  type ModelSettings,
  type ModelsSettings,
  type ServerSettings,
  type WantedSecret,
} from '@perdure/contract';
import {
  defaultLimits,
  headerName,
  keyName,
  modelName,
  type ModelServer,
  type ModelTarget,
  type TurnLimits,
} from '../turn/server.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What is asked for a name, and what holds for it. */
export interface ModelAim {
  readonly target: ModelTarget;
  /** Tokens of a request that it takes. */
  readonly contextTokens: number;
  readonly maxOutputTokens?: number;
  /** Per million tokens. */
  readonly prices?: ModelPrices;
  /** Asked in this order where the target fails for good. Those whose key is not set are left out. */
  readonly fallback: readonly ModelTarget[];
}

export interface ResolvedModels {
  readonly servers: ReadonlyMap<string, ModelServer>;
  /** For each server that has none: a variable that its key or a header is to come from. */
  readonly missing: ReadonlyMap<string, string>;
  /** @throws PerdureError `config_invalid` where the server's key is not set. Absent name: the default model. */
  readonly targetOf: (name?: string) => ModelAim;
  /** The same, whether or not it could be asked: for who only tells of it. */
  readonly describe: (name?: string) => ModelAim;
  /** Models that the settings name: the default, fallbacks, and those with settings of their own; `server/model`. */
  readonly named: readonly string[];
}

/**
 * `json` is a `ModelsSettings`, as the launcher hands it to the worker; `env` holds the variables that it names.
 *
 * @throws PerdureError `config_invalid` where it is not
 */
export function resolveModels(json: string, env: Variables): ResolvedModels {
  return resolveServers(parseSettings(json), env);
}

function parseSettings(json: string): ModelsSettings {
  try {
    return modelsSettingsSchema.parse(JSON.parse(json));
  } catch (cause) {
    throw new PerdureError(
      'config_invalid',
      'PERDURE_MODELS does not describe model servers: the worker is started by `perdure up`, not by hand.',
      { cause },
    );
  }
}

export function resolveServers(settings: ModelsSettings, env: Variables): ResolvedModels {
  const servers = new Map(settings.servers.map((each) => [each.name, serverOf(each, settings.general, env)]));
  const missing = new Map(
    settings.servers.flatMap((each) => {
      const variable = variablesOf(each).find((name) => !isSet(env[name]));
      return variable === undefined ? [] : [[each.name, variable] as const];
    }),
  );
  const find = (name: string): Found => findModel(name, settings, servers);
  const fallbackOf = ({ own, target }: Found): readonly ModelTarget[] => {
    const names = own.fallback ?? settings.general.fallback ?? [];
    const targets = names.map((each) => find(each).target);
    return targets.filter(
      ({ server, model }) =>
        !missing.has(server.name) && !(server.name === target.server.name && model === target.model),
    );
  };
  const describe = (name = settings.defaultModel): ModelAim => {
    const found = find(name);
    const { maxOutputTokens = settings.general.maxOutputTokens, prices } = found.own;
    const contextTokens = found.own.contextTokens ?? settings.general.contextTokens ?? defaultContextTokens;
    return {
      target: found.target,
      contextTokens,
      fallback: fallbackOf(found),
      ...compact({ maxOutputTokens, prices }),
    };
  };
  const targetOf = (name?: string): ModelAim => {
    const aim = describe(name);
    const variable = missing.get(aim.target.server.name);
    if (variable !== undefined) throw notSet(aim.target, variable);
    return aim;
  };
  const named = namedIn(settings).map((name) => modelName(find(name).target));
  return { servers, missing, targetOf, describe, named: [...new Set(named)] };
}

const defaultContextTokens = 100_000;

interface Found {
  readonly target: ModelTarget;
  /** What is said for it, by the model or by its server. */
  readonly own: ModelSettings;
}

function findModel(name: string, settings: ModelsSettings, servers: ReadonlyMap<string, ModelServer>): Found {
  const slash = name.indexOf('/');
  const prefix = slash < 0 ? undefined : settings.servers.find((each) => each.name === name.slice(0, slash));
  const model = prefix === undefined ? name : name.slice(slash + 1);
  const given = prefix ?? settings.servers.find((each) => each.name === settings.defaultServer);
  const server = servers.get(given?.name ?? '');
  if (given === undefined || server === undefined || model === '') {
    throw new PerdureError('config_invalid', `"${name}" names no model: write server/model, with a server of models.`);
  }
  const exception = Object.hasOwn(given.models, model) ? given.models[model] : undefined;
  const limits = limitsOf(server.limits, exception?.limits);
  const without = [...(given.without ?? []), ...(exception?.without ?? [])];
  return { target: { server: { ...server, limits }, model, without }, own: { ...given, ...exception } };
}

function serverOf(settings: ServerSettings, general: ModelSettings, env: Variables): ModelServer {
  const { name, api, baseUrl, keyVariable, headers } = settings;
  const secrets = secretsOf(settings);
  return {
    name,
    api,
    baseUrl,
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([header, value]) => {
        if ('reference' in value) return [];
        return [[header, 'text' in value ? value.text : (env[value.variable] ?? '')] as const];
      }),
    ),
    limits: limitsOf(limitsOf(defaultLimits, general.limits), settings.limits),
    ...compact({
      apiKey: keyVariable === undefined || !isSet(env[keyVariable]) ? undefined : env[keyVariable],
      secrets: secrets.length === 0 ? undefined : secrets,
    }),
  };
}

function limitsOf(limits: TurnLimits, own: LimitSettings = {}): TurnLimits {
  return { ...limits, ...compact(own) };
}

/** What lies in a vault, and is looked up with each turn. */
function secretsOf({ keyReference, headers }: ServerSettings): readonly WantedSecret[] {
  const inHeaders = Object.entries(headers).flatMap(([header, value]) =>
    'reference' in value ? [{ name: headerName(header), reference: value.reference }] : [],
  );
  return [...(keyReference === undefined ? [] : [{ name: keyName, reference: keyReference }]), ...inHeaders];
}

function variablesOf({ keyVariable, headers }: ServerSettings): readonly string[] {
  const inHeaders = Object.values(headers).flatMap((value) => ('variable' in value ? [value.variable] : []));
  return [...(keyVariable === undefined ? [] : [keyVariable]), ...inHeaders];
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

function namedIn({ defaultModel, servers, general }: ModelsSettings): readonly string[] {
  const own = servers.flatMap((server) => [
    ...Object.keys(server.models).map((model) => `${server.name}/${model}`),
    ...[server, ...Object.values(server.models)].flatMap(({ fallback = [] }) => fallback),
  ]);
  return [defaultModel, ...(general.fallback ?? []), ...own];
}

function notSet(target: ModelTarget, variable: string): PerdureError {
  return new PerdureError(
    'config_invalid',
    `${modelName(target)} cannot be asked, since ${variable} is not set: put it into the environment or into the .env file of the state root, and start again.`,
    { details: { missing: [variable] } },
  );
}
