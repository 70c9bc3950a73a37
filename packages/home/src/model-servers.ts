/**
 * `models:` of `perdure.config.yaml`: model servers by name. Keys, and headers that hold one, are references
 * (`env:GROQ_API_KEY`), so the file may be shown to anybody; what looks like a secret itself is refused unquoted.
 */

import {
  compact,
  modelApis,
  namePattern,
  optionalFeatures,
  type HeaderValue,
  type LimitSettings,
  type ModelApi,
  type ModelPrices,
  type ModelSettings,
  type OptionalFeature,
  type ServerSettings,
} from '@perdure/contract';
import { checkBaseUrl } from './base-url.ts';
import { parseBytes } from './bytes.ts';
import { parseDuration } from './duration.ts';
import { readVaultReference } from './vault-reference.ts';
import type { YamlPlace } from './yaml-place.ts';

/** Name of the server of AI_BASE_URL. */
export const defaultServerName = 'default';

const presets: Readonly<Record<string, { readonly baseUrl: string; readonly api: ModelApi }>> = {
  openai: { baseUrl: 'https://api.openai.com/v1', api: 'responses' },
  anthropic: { baseUrl: 'https://api.anthropic.com/v1', api: 'messages' },
};

const modelFields = ['contextTokens', 'maxOutputTokens', 'prices', 'limits', 'fallback', 'without'] as const;
const serverFields = ['baseUrl', 'api', 'key', 'headers', ...modelFields, 'models'] as const;

export function readServers(models: YamlPlace): readonly ServerSettings[] {
  return models.members().map(readServer);
}

function readServer(place: YamlPlace): ServerSettings {
  const name = place.keys.at(-1) ?? '';
  if (name === defaultServerName) place.refuse('is the name of the server of AI_BASE_URL: choose another one');
  if (!namePattern.test(name)) {
    place.refuse('is no name of a server (lower-case letters, digits and dashes): choose another one');
  }
  refuseSecretFields(place);
  place.only(serverFields);
  const models = place.at('models').members();
  return {
    name,
    baseUrl: readBaseUrl(place.at('baseUrl')) ?? presets[name]?.baseUrl ?? place.refuse('has no baseUrl: give it one'),
    api: readApi(place.at('api')) ?? presets[name]?.api ?? 'chat',
    headers: readHeaders(place.at('headers')),
    ...readModel(place),
    models: Object.fromEntries(models.map((model) => [model.keys.at(-1) ?? '', readException(model)])),
    ...readKey(place.at('key')),
  };
}

function readException(place: YamlPlace): ModelSettings {
  place.only(modelFields);
  return readModel(place);
}

function readModel(place: YamlPlace): ModelSettings {
  return compact({
    contextTokens: readCount(place.at('contextTokens')),
    maxOutputTokens: readCount(place.at('maxOutputTokens')),
    prices: readPrices(place.at('prices')),
    limits: readLimits(place.at('limits')),
    fallback: readFallback(place.at('fallback')),
    without: readWithout(place.at('without')),
  });
}

/** Who writes `apiKey: sk-…` is told what to write instead, and not that there is no such setting. */
function refuseSecretFields(place: YamlPlace): void {
  const odd = place.members().find(({ keys }) => isSecretName(keys.at(-1) ?? '') && keys.at(-1) !== 'key');
  odd?.refuse(`is no setting: write ${place.name}.key: env:NAME, and the key into the .env file beside this one`);
}

const secretWords = /^(api)?(keys?|token|secret|password|credentials?|auth|authorization|cookie)$/;

/** By whole words: `x-portkey-provider` is none. */
function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_.]/);
  return words.some((word) => secretWords.test(word));
}

function readBaseUrl(place: YamlPlace): string | undefined {
  const text = place.text();
  if (text === undefined) return undefined;
  const checked = checkBaseUrl(text);
  if (checked.kind === 'taken') return checked.url;
  const { why, instead } = checked;
  return place.refuse(instead === undefined ? `${why}; a key belongs behind "key"` : `${why}: write ${instead}`);
}

function readApi(place: YamlPlace): ModelApi | undefined {
  const text = place.text();
  const api = modelApis.find((each) => each === text);
  return text === undefined || api !== undefined
    ? api
    : place.refuse(`is "${text}", which is no wire format: write ${modelApis.join(', ')}`);
}

/** The name behind `env:`. */
function variableIn(text: string): string | undefined {
  return /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(text)?.[1];
}

/** Behind `vault:`; undefined for what does not begin so. */
function referenceIn(text: string, place: YamlPlace): string | undefined {
  const found = readVaultReference(text);
  return found?.kind === 'odd' ? place.refuse(found.why) : found?.reference;
}

function readKey(place: YamlPlace): Pick<ServerSettings, 'keyVariable' | 'keyReference'> {
  const text = place.text();
  if (text === undefined) return {};
  const keyReference = referenceIn(text, place);
  if (keyReference !== undefined) return { keyReference };
  const keyVariable =
    variableIn(text) ??
    place.refuse(
      'is no reference: write env: and the name of a variable, and the key into the .env file beside this one; or vault: and an item of a vault',
    );
  return { keyVariable };
}

/** The request's own are not for settings. */
const reserved = /^(host|connection|content-length|content-type|transfer-encoding|idempotency-key)$/i;

export function readHeaders(place: YamlPlace): Readonly<Record<string, HeaderValue>> {
  return Object.fromEntries(place.members().map((header) => [header.keys.at(-1) ?? '', readHeader(header)]));
}

function readHeader(place: YamlPlace): HeaderValue {
  const name = place.keys.at(-1) ?? '';
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) place.refuse('is no name of a header: correct it');
  if (reserved.test(name)) place.refuse('is set by each request itself: leave it out');
  const text = place.text() ?? place.refuse('has no value: give it one, or leave it out');
  const variable = variableIn(text);
  if (variable !== undefined) return { variable };
  const reference = referenceIn(text, place);
  if (reference !== undefined) return { reference };
  if (isSecretName(name)) {
    place.refuse(
      'holds a secret: write env: and the name of a variable, and the value into the .env file beside this one',
    );
  }
  return /^[\x20-\x7e]*$/.test(text)
    ? { text }
    : place.refuse('cannot travel in a header: use letters, digits and signs of ASCII');
}

function readCount(place: YamlPlace): number | undefined {
  const text = place.text();
  if (text === undefined) return undefined;
  const isCount = /^\d+$/.test(text) && Number(text) >= 1 && Number.isSafeInteger(Number(text));
  return isCount ? Number(text) : place.refuse(`is "${text}", which is no whole number from 1 on: correct it`);
}

export function readPrices(place: YamlPlace): ModelPrices | undefined {
  if (!place.isGiven) return undefined;
  place.only(['input', 'output']);
  return { input: readPrice(place.at('input')), output: readPrice(place.at('output')) };
}

function readPrice(place: YamlPlace): number {
  const text = place.text() ?? place.refuse('is missing: prices are input and output, for a million tokens each');
  return /^\d+(\.\d+)?$/.test(text)
    ? Number(text)
    : place.refuse(`is "${text}", which is no price: write a number such as 0.59`);
}

const limitReaders = {
  firstByte: ['firstByteMs', parseDuration, 'no span of time: write one such as 15m'],
  silence: ['silenceMs', parseDuration, 'no span of time: write one such as 5m'],
  whole: ['wholeMs', parseDuration, 'no span of time: write one such as 60m'],
  bytes: ['bytes', parseBytes, 'no size: write one such as 64MB'],
} as const;

function readLimits(place: YamlPlace): LimitSettings | undefined {
  if (!place.isGiven) return undefined;
  place.only(Object.keys(limitReaders));
  const limits = Object.entries(limitReaders).flatMap(([name, [field, parse, fault]]) => {
    const text = place.at(name).text();
    if (text === undefined) return [];
    return [[field, parse(text) ?? place.at(name).refuse(`is "${text}", which is ${fault}`)] as const];
  });
  return Object.fromEntries(limits);
}

function readFallback(place: YamlPlace): string[] | undefined {
  if (!place.isGiven) return undefined;
  const { value } = place;
  const names = Array.isArray(value) ? value : [value];
  const isGood = names.every((name) => typeof name === 'string' && /^\S+$/.test(name.trim()));
  return isGood
    ? names.map((name) => String(name).trim())
    : place.refuse('is no list of models: write them as agents do, such as [local/qwen3:8b]');
}

export function readWithout(place: YamlPlace): OptionalFeature[] | undefined {
  if (!place.isGiven) return undefined;
  const { value } = place;
  return (Array.isArray(value) ? value : [value]).map(
    (name) =>
      optionalFeatures.find((feature) => feature === name) ??
      place.refuse(`holds "${String(name)}", which no request can go without: write ${optionalFeatures.join(', ')}`),
  );
}
