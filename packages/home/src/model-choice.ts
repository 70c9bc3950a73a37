/**
 * Which model answers: the one configured, or the demo model where nothing is configured. Half a configuration is an
 * error.
 */

import {
  compact,
  demoModelId,
  PerdureError,
  type LimitSettings,
  type ModelSettings,
  type ModelsSettings,
  type ServerSettings,
} from '@perdure/contract';
import { variablesIn, variablesOf, type ConfiguredModels } from './configured-models.ts';
import { defaultServerName } from './model-servers.ts';
import { readVaultReference } from './vault-reference.ts';
import { settingsTable, type Settings } from './settings-table.ts';

export interface ModelChoice {
  readonly kind: 'demo' | 'configured';
  /** The default model, as the person named it. */
  readonly id: string;
  /** All servers, without secrets. */
  readonly models: ModelsSettings;
  /** Values of the variables that `models` names. */
  readonly secrets: Readonly<Record<string, string>>;
}

const keyVariable = settingsTable.apiKey.env;

/** `demo` forces the demo model, whatever is configured. */
export function chooseModel(settings: Settings, options: { readonly demo?: boolean } = {}): ModelChoice {
  const { modelId, models = nothing } = settings;
  if (options.demo === true || isUnset(settings)) return demoModel(settings);
  const named = models.servers.find(({ name }) => modelId?.startsWith(`${name}/`));
  if (named === undefined && settings.baseUrl === undefined) refuseUnknownServer(settings);
  const ours = named === undefined || settings.baseUrl !== undefined ? [ownServer(settings)] : [];
  const id = modelId ?? refuseHalf(['modelId']);
  const servers = [...ours, ...models.servers];
  const defaultServer = (ours[0] ?? named)?.name ?? defaultServerName;
  const isOwnKey = settings.apiKey !== undefined && readVaultReference(settings.apiKey) === undefined;
  const secrets = { ...models.secrets, ...(isOwnKey ? { [keyVariable]: settings.apiKey } : {}) };
  if (named !== undefined) refuseMissing(named, secrets);
  for (const own of ours) refuseMissing(own, secrets);
  const defaultModel = named === undefined ? `${defaultServerName}/${id}` : id;
  return {
    kind: 'configured',
    id,
    secrets,
    models: { servers, defaultModel, defaultServer, general: general(settings) },
  };
}

const nothing: ConfiguredModels = { servers: [], headers: {}, secrets: {} };

/** Where there are servers in the file, one of them is meant to answer. */
function isUnset({ baseUrl, apiKey, modelId, models = nothing }: Settings): boolean {
  if (baseUrl !== undefined || modelId !== undefined) return false;
  if (models.servers.length === 0) return apiKey === undefined;
  const { name } = models.servers[0] ?? { name: '' };
  throw new PerdureError(
    'config_invalid',
    `There are model servers and no default model: set model.id, or MODEL_ID, to one such as ${name}/<model>; \`perdure up --demo\` uses the demo model.`,
    { details: { missing: ['MODEL_ID'] } },
  );
}

function refuseUnknownServer({ modelId = '', models = nothing }: Settings): void {
  if (models.servers.length === 0) return;
  const names = models.servers.map(({ name }) => name).join(', ');
  throw new PerdureError(
    'config_invalid',
    `The model "${modelId}" names no server of models (${names}), and AI_BASE_URL is not set: write one such as ${models.servers[0]?.name}/<model> into MODEL_ID or model.id.`,
    { details: { missing: ['AI_BASE_URL'] } },
  );
}

/** The server of AI_BASE_URL. */
function ownServer({ baseUrl, apiKey, modelId, modelApi = 'chat', models = nothing }: Settings): ServerSettings {
  const given = { baseUrl, apiKey, modelId };
  const names = ['baseUrl', 'apiKey', 'modelId'] as const;
  if (baseUrl === undefined || apiKey === undefined || modelId === undefined) {
    return refuseHalf(names.filter((name) => given[name] === undefined));
  }
  const { headers, prices, without } = models;
  const own = compact({ prices, without: without && [...without] });
  return { name: defaultServerName, baseUrl, api: modelApi, ...keyOf(apiKey), headers, models: {}, ...own };
}

/** The key itself comes by its variable; where it lies in a vault that is told instead. */
function keyOf(apiKey: string): Pick<ServerSettings, 'keyVariable' | 'keyReference'> {
  const found = readVaultReference(apiKey);
  if (found === undefined) return { keyVariable };
  if (found.kind === 'reference') return { keyReference: found.reference };
  throw new PerdureError('config_invalid', `${keyVariable} ${found.why}.`);
}

function refuseHalf(names: readonly ('baseUrl' | 'apiKey' | 'modelId')[]): never {
  const missing = names.map((name) => settingsTable[name].env);
  throw new PerdureError(
    'config_invalid',
    `The model is configured by half: ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing; set all of AI_BASE_URL, AI_API_KEY and MODEL_ID, or none of them (\`perdure up --demo\`) for the demo model.`,
    { details: { missing } },
  );
}

/** Of the model that is asked by default a missing key is an error; another may never be asked. */
function refuseMissing(server: ServerSettings, secrets: Readonly<Record<string, string>>): void {
  const missing = variablesOf(server).find((name) => secrets[name] === undefined);
  if (missing === undefined) return;
  throw new PerdureError(
    'config_invalid',
    `The model server "${server.name}" of the default model needs ${missing}, which is not set: put it into the environment, or into the .env file of the state root.`,
    { details: { missing: [missing] } },
  );
}

function general({
  contextTokens,
  maxOutputTokens,
  modelFallback,
  modelFirstByte,
  modelSilence,
  modelWhole,
  modelBytes,
}: Settings): ModelSettings {
  const limits: LimitSettings = compact({
    firstByteMs: modelFirstByte,
    silenceMs: modelSilence,
    wholeMs: modelWhole,
    bytes: modelBytes,
  });
  return { contextTokens, limits, ...compact({ maxOutputTokens, fallback: modelFallback && [...modelFallback] }) };
}

/** It takes any key, and answers for every model that an agent names. */
function demoModel(settings: Settings): ModelChoice {
  const baseUrl = `http://127.0.0.1:${settings.demoModelPort}/v1`;
  const server = { name: defaultServerName, baseUrl, api: 'chat', keyVariable, headers: {}, models: {} } as const;
  const { fallback: _fallback, ...rest } = general(settings);
  return {
    kind: 'demo',
    id: demoModelId,
    models: {
      servers: [server],
      defaultModel: `${defaultServerName}/${demoModelId}`,
      defaultServer: defaultServerName,
      general: rest,
    },
    secrets: { [keyVariable]: 'demo' },
  };
}

/** Variables whose values only the worker may have. */
export function secretVariables({ models }: Settings): readonly string[] {
  return [keyVariable, ...(models?.servers ?? []).flatMap(variablesOf), ...variablesIn(models?.headers ?? {})];
}
