/**
 * What the settings say of model servers beyond single values: `models:`, and headers, prices and `without` of
 * `model:`. The variables that keys and headers name are looked up here, in the environment and then in the state
 * root's own `.env`.
 */

import {
  compact,
  PerdureError,
  type HeaderValue,
  type ModelPrices,
  type OptionalFeature,
  type ServerSettings,
} from '@perdure/contract';
import { readHeaders, readPrices, readServers, readWithout } from './model-servers.ts';
import { vaultReferenceText } from './vault-reference.ts';
import { isMapping, YamlPlace, type SettingsFile } from './yaml-place.ts';

export interface ConfiguredModels {
  readonly servers: readonly ServerSettings[];
  /** Of the server of AI_BASE_URL. */
  readonly headers: Readonly<Record<string, HeaderValue>>;
  /** Of the server of AI_BASE_URL. */
  readonly prices?: ModelPrices;
  /** Of the server of AI_BASE_URL. */
  readonly without?: readonly OptionalFeature[];
  /** Values of the variables that are named, of those that are set. Secret. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface VariableSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly envFile: SettingsFile<Readonly<Record<string, string | undefined>>>;
}

export interface ExplainedModels {
  readonly models: ConfiguredModels;
  readonly explained: readonly ExplainedModel[];
}

interface ExplainedModel {
  readonly name: string;
  readonly value: string;
  readonly source: string;
  readonly meaning: string;
}

export function readConfiguredModels(yaml: SettingsFile<unknown>, sources: VariableSources): ExplainedModels {
  const root = YamlPlace.of(isMapping(yaml.content) ? yaml : { ...yaml, content: {} });
  const model = isMapping(root.at('model').value) ? root.at('model') : YamlPlace.of({ ...yaml, content: {} });
  const servers = readServers(root.at('models'));
  const headers = readHeaders(model.at('headers'));
  const names = [...servers.flatMap(variablesOf), ...variablesIn(headers)];
  const found = names.flatMap((name) => {
    const value = lookUp(name, sources);
    return value === undefined ? [] : [[name, value] as const];
  });
  const secrets = Object.fromEntries(found.map(([name, { text }]) => [name, text]));
  const own = compact({ prices: readPrices(model.at('prices')), without: readWithout(model.at('without')) });
  const models = { servers, headers, secrets, ...own };
  const ofServers = servers.flatMap((server) => serverRows(server, root.at('models').at(server.name), sources));
  return { models, explained: [...ownRows(model), ...ofServers] };
}

/** The document without what is read here. */
export function withoutModels(content: unknown): unknown {
  if (!isMapping(content)) return content;
  const { models: _models, model, ...rest } = content;
  if (!isMapping(model)) return 'model' in content ? { ...rest, model } : rest;
  const { headers: _headers, prices: _prices, without: _without, ...values } = model;
  return { ...rest, model: values };
}

/** Variables that a server's key and headers come from. */
export function variablesOf({ keyVariable, headers }: ServerSettings): readonly string[] {
  return [...(keyVariable === undefined ? [] : [keyVariable]), ...variablesIn(headers)];
}

export function variablesIn(headers: Readonly<Record<string, HeaderValue>>): readonly string[] {
  return Object.values(headers).flatMap((value) => ('variable' in value ? [value.variable] : []));
}

interface FoundVariable {
  readonly text: string;
  readonly source: string;
}

function lookUp(name: string, { env, envFile }: VariableSources): FoundVariable | undefined {
  const places = [
    [env[name], `environment ${name}`],
    [envFile.content[name], `${name} in ${envFile.path}`],
  ] as const;
  for (const [raw, source] of places) {
    const text = raw?.trim() ?? '';
    if (text === '') continue;
    if (/^[\x20-\x7e]+$/.test(text)) return { text, source };
    throw new PerdureError(
      'config_invalid',
      `The value (${source}) cannot travel in a header: correct it there; letters, digits and signs of ASCII can.`,
      { details: { source } },
    );
  }
  return undefined;
}

function serverRows(server: ServerSettings, place: YamlPlace, sources: VariableSources): readonly ExplainedModel[] {
  const { name, baseUrl, api, keyVariable, keyReference } = server;
  const row = (field: string, value: string): ExplainedModel => ({
    name: `models.${name}.${field}`,
    value,
    source: place.at(field).isGiven ? place.at(field).source : 'default',
    meaning: 'a model server',
  });
  const rest = place.members().filter(({ keys }) => !['baseUrl', 'api', 'key'].includes(keys.at(-1) ?? ''));
  return [
    row('baseUrl', baseUrl),
    row('api', api),
    ...(keyVariable === undefined ? [] : [keyRow(name, keyVariable, sources)]),
    ...(keyReference === undefined ? [] : [row('key', vaultReferenceText(keyReference))]),
    ...rest.flatMap(leafRows),
  ];
}

function keyRow(server: string, variable: string, sources: VariableSources): ExplainedModel {
  const found = lookUp(variable, sources);
  return {
    name: `models.${server}.key`,
    value: found === undefined ? `not set: ${variable}` : 'set',
    source: found?.source ?? '-',
    meaning: 'key for the model server',
  };
}

function ownRows(model: YamlPlace): readonly ExplainedModel[] {
  return [model.at('headers'), model.at('prices'), model.at('without')]
    .filter(({ isGiven }) => isGiven)
    .flatMap(leafRows);
}

/** A row for each value; of headers the names alone. */
function leafRows(place: YamlPlace): readonly ExplainedModel[] {
  const { name, source, value } = place;
  const row = (shown: string): ExplainedModel => ({ name, value: shown, source, meaning: 'a model server' });
  if (place.keys.at(-1) === 'headers')
    return [
      row(
        place
          .members()
          .map(({ keys }) => keys.at(-1))
          .join(', '),
      ),
    ];
  if (isMapping(value)) return place.members().flatMap(leafRows);
  return [row(Array.isArray(value) ? value.join(', ') : String(value))];
}
