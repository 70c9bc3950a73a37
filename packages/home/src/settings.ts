/**
 * The settings: flag, else environment, else the state root's own `.env`, else `perdure.config.yaml`, else default.
 * Pure; `loadSettings` reads the files. An empty value counts as none. Of several values only the one that is used is
 * checked.
 */

import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { hoursPattern, modelApis, namePattern, optionalReasons, PerdureError } from '@perdure/contract';
import { checkBaseUrl } from './base-url.ts';
import { parseBytes } from './bytes.ts';
import { readConfiguredModels, withoutModels } from './configured-models.ts';
import { parseDuration } from './duration.ts';
import { httpsOrigin, isAddressRange } from './public-access.ts';
import {
  logLevels,
  settingNames,
  settingsTable,
  type Setting,
  type SettingName,
  type Settings,
} from './settings-table.ts';
import { invalidFile, type SettingsFile } from './yaml-place.ts';

export interface SettingsInput {
  /** Raw values of flags by setting: `{ port: '8080' }`. */
  readonly flags: Readonly<Partial<Record<SettingName, string | undefined>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly envFile: SettingsFile<Readonly<Record<string, string | undefined>>>;
  /** The parsed document. */
  readonly yaml: SettingsFile<unknown>;
  /** Folders named by flag or environment start here; those named in a file start at the state root. */
  readonly cwd: string;
  readonly root: string;
}

/** One line of `perdure config explain`. */
export interface ExplainedSetting {
  /** A name of the table, or a path below `model` and `models` of the file. */
  readonly name: string;
  /** `set` or `not set` for a secret. */
  readonly value: string;
  readonly source: string;
  readonly meaning: string;
}

export interface ResolvedSettings {
  readonly values: Settings;
  readonly explained: readonly ExplainedSetting[];
}

type Value = string | number | readonly string[];

interface RawSetting {
  readonly raw: string;
  readonly source: string;
  /** Folder that a relative path starts from. */
  readonly base: string;
}

export function resolveSettings(input: SettingsInput): ResolvedSettings {
  refuseForeignDatabase(input);
  const fromYaml = yamlValues({ ...input.yaml, content: withoutModels(input.yaml.content) });
  const { models, explained: ofModels } = readConfiguredModels(input.yaml, input);
  const values: Partial<Record<SettingName, Value>> = {};
  const explained = settingNames.map((name): ExplainedSetting => {
    const setting = settingsTable[name];
    const found = find(name, setting, input, fromYaml);
    if (found !== undefined) values[name] = parse(setting, found);
    const shown = setting.secret ? (found ? 'set' : 'not set') : textOf(setting, values[name], found);
    return { name, value: shown, source: found?.source ?? '-', meaning: setting.meaning };
  });
  return { values: { ...(values as unknown as Settings), models }, explained: [...explained, ...ofModels] };
}

function textOf({ type }: Setting, value: Value | undefined, found: RawSetting | undefined): string {
  if (value === undefined || found === undefined) return 'not set';
  if (type === 'duration' || type === 'patience' || type === 'bytes') return found.raw;
  return typeof value === 'object' ? value.join(', ') : String(value);
}

function find(
  name: SettingName,
  setting: Setting,
  input: SettingsInput,
  yaml: ReadonlyMap<string, string>,
): RawSetting | undefined {
  const { flags, env, envFile, cwd, root } = input;
  const inFile = (variable: string | undefined): RawSetting | undefined =>
    variable === undefined ? undefined : found(envFile.content[variable], `${variable} in ${envFile.path}`, root);
  return (
    found(flags[name], `flag ${setting.flag}`, cwd) ??
    found(env[setting.env], `environment ${setting.env}`, cwd) ??
    inFile(setting.env) ??
    inFile(setting.envFileAlias) ??
    (setting.yaml === undefined
      ? undefined
      : found(yaml.get(setting.yaml), `${setting.yaml} in ${input.yaml.path}`, root)) ??
    found(setting.default, 'default', root)
  );
}

function found(given: string | undefined, source: string, base: string): RawSetting | undefined {
  const raw = given?.trim() ?? '';
  // What reads an environment from a file often leaves the quotes of that file in it; no setting has any of its own.
  const unquoted = /^(["'])(.*)\1$/s.exec(raw)?.[2]?.trim();
  if (unquoted !== undefined) return found(unquoted, `${source}, without its quotes`, base);
  return raw === '' ? undefined : { raw, source, base };
}

function parse(setting: Setting, { raw, source, base }: RawSetting): Value {
  const refuse = (rule: string): never => {
    const value = setting.secret ? 'The value' : `"${raw}"`;
    throw new PerdureError('config_invalid', `${value} (${source}) is no ${rule}: correct it there.`, {
      details: { source },
    });
  };
  switch (setting.type) {
    case 'port': {
      const port = Number(raw);
      return /^\d+$/.test(raw) && port >= 1 && port <= 65_535 ? port : refuse('port (1 to 65535)');
    }
    case 'url': {
      const checked = checkBaseUrl(raw);
      return checked.kind === 'taken' ? checked.url : refuseUrl(checked, source);
    }
    case 'count':
      return /^\d+$/.test(raw) && Number(raw) >= 1 && Number.isSafeInteger(Number(raw))
        ? Number(raw)
        : refuse('whole number from 1 on');
    case 'patience':
      if (raw.trim() === '0') return 0;
      return parseDuration(raw) ?? refuse('span of time such as 90m or 24h, or 0');
    case 'duration':
      return parseDuration(raw) ?? refuse('span of time such as 90s, 15m or 24h');
    case 'bytes':
      return parseBytes(raw) ?? refuse('size such as 512KB or 64MB');
    case 'api':
      return modelApis.find((api) => api === raw) ?? refuse(`wire format (${modelApis.join(', ')})`);
    case 'models': {
      const names = raw.split(',').map((name) => name.trim());
      return names.every((name) => /^\S+$/.test(name)) ? names : refuse('list of models with commas between them');
    }
    case 'list': {
      const names = raw.split(',').map((name) => name.trim());
      return names.every((name) => namePattern.test(name)) ? names : refuse('list of names with commas between them');
    }
    case 'level':
      return /^[0-4]$/.test(raw) ? Number(raw) : refuse('level (0 to 4)');
    case 'reasons': {
      const reasons = raw.split(',').map((reason) => reason.trim());
      const areKnown = reasons.every((reason) => (optionalReasons as readonly string[]).includes(reason));
      return areKnown ? reasons : refuse(`list of reasons to report (${optionalReasons.join(', ')})`);
    }
    case 'hours':
      return isHours(raw) ? raw : refuse('span of the day such as 22:00-07:00');
    case 'zone':
      return isTimeZone(raw) ? raw : refuse('time zone such as Europe/Berlin');
    case 'address':
      return isIP(raw) > 0 ? raw : refuse('address of this machine such as 192.0.2.7 or ::');
    case 'addresses': {
      const ranges = raw.split(',').map((range) => range.trim());
      return ranges.every(isAddressRange) ? ranges : refuse('list of addresses such as 192.0.2.7 or 10.0.0.0/24');
    }
    case 'httpsOrigin':
      return httpsOrigin(raw) ?? refuse('address such as https://hub.example.com, without a path');
    case 'folder':
    case 'file':
      return resolve(base, raw);
    case 'logLevel':
      return (logLevels as readonly string[]).includes(raw) ? raw : refuse(`log level (${logLevels.join(', ')})`);
    case 'key':
      // Anything else cannot travel in a header: every call would fail as if the model server were away.
      return /^[\x21-\x7e]+$/.test(raw) ? raw : refuse('key (letters, digits and signs of ASCII, without blanks)');
    case 'text':
      return raw;
    default:
      return setting.type satisfies never;
  }
}

function isHours(raw: string): boolean {
  const [from, until] = raw.split('-');
  return hoursPattern.test(raw) && from !== until;
}

function isTimeZone(raw: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: raw }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function refuseUrl(
  { why, instead }: Extract<ReturnType<typeof checkBaseUrl>, { kind: 'refused' }>,
  source: string,
): never {
  const remedy =
    instead === undefined ? 'correct it there; a key belongs into AI_API_KEY' : `write ${instead} there instead`;
  throw new PerdureError('config_invalid', `The value of ${source} ${why}: ${remedy}.`, { details: { source } });
}

/** `a: { b: 1 }` as `a.b` -> `1`. Refuses what is no setting, and secrets. */
function yamlValues({ path, content }: SettingsFile<unknown>): ReadonlyMap<string, string> {
  const values = new Map(flatten(content, path, ''));
  const known = settingNames.map((name) => settingsTable[name].yaml);
  for (const key of values.keys()) {
    if (known.includes(key)) continue;
    if (/key|token|secret|password|credential/i.test(key)) {
      throw invalidFile(
        path,
        `secrets are not kept in this file: move "${key}" to the .env file beside it, as AI_API_KEY`,
      );
    }
    throw invalidFile(path, `"${key}" is no setting; there are ${known.filter(Boolean).join(', ')}`);
  }
  return values;
}

function flatten(content: unknown, path: string, prefix: string): readonly (readonly [string, string])[] {
  if (content === undefined || content === null) return [];
  if (Array.isArray(content)) return [[prefix, listText(content, path, prefix)]];
  if (typeof content === 'object') {
    return Object.entries(content).flatMap(([key, value]) => flatten(value, path, prefix ? `${prefix}.${key}` : key));
  }
  if (prefix === '') throw invalidFile(path, 'it holds no settings; write lines such as `port: 7373`');
  return [[prefix, typeof content === 'string' ? content : JSON.stringify(content)]];
}

/** As the same list is written elsewhere; only the names of a setting that is a list. */
function listText(items: readonly unknown[], path: string, prefix: string): string {
  const isList = settingNames.some(
    (name) => /^(list|models|reasons|addresses)$/.test(settingsTable[name].type) && settingsTable[name].yaml === prefix,
  );
  if (!isList) throw invalidFile(path, `${prefix || 'the document'} is a list; settings are names with values`);
  return items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join(',');
}

/** Elsewhere the variable means other people's databases and is none of our business. */
function refuseForeignDatabase({ envFile }: SettingsInput): void {
  if (!envFile.content['DATABASE_URL']) return;
  throw invalidFile(
    envFile.path,
    'PostgreSQL (DATABASE_URL) is not supported in this version; remove the line, and everything is kept in perdure.db beside it',
  );
}
