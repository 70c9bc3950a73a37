/**
 * Settings as they are to be, laid over those that are there. What is ours is put right; what people have added stays,
 * also where they have chosen otherwise in what is a taste and no condition.
 */

import { isDeepStrictEqual } from 'node:util';
import JSON5 from 'json5';
import type { Difference } from '../core/repair.ts';
import { isModelKey, type Json } from './settings.ts';

export type Merged =
  | { readonly kind: 'merged'; readonly value: Json; readonly differences: readonly Difference[] }
  /** In words that repeat nothing of what stands there. */
  | { readonly kind: 'unreadable'; readonly problem: string };

type Path = readonly string[];

const file = 'openclaw.json';

export function mergeSettings(text: string, wanted: Json): Merged {
  let found: unknown;
  try {
    found = JSON5.parse(text);
  } catch (error) {
    const { lineNumber, columnNumber } = error as { readonly lineNumber?: number; readonly columnNumber?: number };
    return { kind: 'unreadable', problem: `line ${lineNumber ?? '?'}, column ${columnNumber ?? '?'} is no JSON` };
  }
  if (!isObject(found)) return { kind: 'unreadable', problem: 'it is no object' };
  const differences: Difference[] = [];
  const merged = merge(found, wanted, { path: [], tell: (one) => differences.push(one) });
  const value = withoutHarm(merged as Json, wanted, (one) => differences.push(one));
  return { kind: 'merged', value, differences };
}

interface Walk {
  readonly path: Path;
  readonly tell: (difference: Difference) => void;
}

/** Theirs where they have chosen: with whom it speaks, and what else runs in it. */
const tastes: readonly string[] = [
  'agents.defaults.heartbeat',
  'agents.defaults.silentReply',
  'agents.defaults.workspace',
  'browser.enabled',
  'telemetry.enabled',
  'channels.sesame.allowFrom',
];

function merge(found: unknown, wanted: unknown, { path, tell }: Walk): unknown {
  const at = `${file}: ${path.join('.')}`;
  if (found === undefined) {
    tell({ at, found: 'missing', becomes: shown(path, wanted) });
    return wanted;
  }
  if (tastes.includes(path.join('.')) && isChoice(found, wanted)) return found;
  if (Array.isArray(wanted)) return union(found, wanted, { path, tell });
  if (isObject(wanted) && !isReference(wanted)) {
    if (isObject(found)) return mergeObjects(found, wanted, { path, tell });
    // A model alone is OpenClaw's short form of one that is named `primary`.
    if (isDeepStrictEqual(wanted, { primary: found })) return found;
  } else if (isDeepStrictEqual(found, wanted)) return found;
  tell({ at, found: shown(path, found), becomes: shown(path, wanted) });
  return wanted;
}

function mergeObjects(found: Json, wanted: Json, { path, tell }: Walk): Json {
  const names = Object.keys(wanted);
  const ours = names.map((name) => {
    const there = Object.hasOwn(found, name) ? found[name] : undefined;
    return [name, merge(there, wanted[name], { path: [...path, name], tell })] as const;
  });
  return Object.fromEntries([...Object.entries(found), ...ours]);
}

const isChoice = (found: unknown, wanted: unknown): boolean =>
  Array.isArray(wanted)
    ? Array.isArray(found) && found.length > 0
    : typeof found === typeof wanted && isObject(found) === isObject(wanted);

/** Theirs, and ours behind them. Entries with an id are the same where that is. */
function union(found: unknown, wanted: readonly unknown[], { path, tell }: Walk): unknown {
  const there: readonly unknown[] = Array.isArray(found) ? found : [];
  const missing = wanted.filter((one) => !there.some((other) => isSame(other, one)));
  if (Array.isArray(found) && missing.length === 0) return found;
  tell({ at: `${file}: ${path.join('.')}`, found: 'not all is in it', becomes: `with ${shown(path, missing)}` });
  return [...there, ...missing];
}

const isSame = (one: unknown, other: unknown): boolean =>
  isObject(one) && isObject(other) && 'id' in other ? one['id'] === other['id'] : isDeepStrictEqual(one, other);

/** What would undo ours, though ours is there: a plugin that is refused, the key of one model sent to another. */
function withoutHarm(settings: Json, wanted: Json, tell: Walk['tell']): Json {
  let now = settings;
  const put = (path: Path, value: unknown, found: string): void => {
    const becomes = value === undefined ? 'taken out' : shown(path, value);
    tell({ at: `${file}: ${path.join('.')}`, found, becomes });
    now = withValue(now, path, value) as Json;
  };
  const at = (...path: Path): unknown =>
    path.reduce<unknown>((of, name) => (isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined), now);
  if (at('plugins', 'enabled') === false) put(['plugins', 'enabled'], true, 'false');
  const denied = at('plugins', 'deny');
  if (Array.isArray(denied) && denied.includes('sesame')) {
    const others = denied.filter((id) => id !== 'sesame');
    put(['plugins', 'deny'], others, 'sesame is among them');
  }
  if (at('channels', 'sesame', 'wsUrl') !== undefined) {
    put(['channels', 'sesame', 'wsUrl'], undefined, 'another address than that of the hub');
  }
  const providers = at('models', 'providers');
  const [ours] = Object.keys(child(child(wanted, 'models'), 'providers'));
  for (const [name, provider] of Object.entries(isObject(providers) ? providers : {})) {
    if (name === ours || !isObject(provider) || !isModelKey(provider['apiKey'])) continue;
    const isAll = Object.keys(provider).length === 1;
    const path = ['models', 'providers', name, ...(isAll ? [] : ['apiKey'])];
    put(path, undefined, 'is given the key of another model');
  }
  return now;
}

const child = (of: Json, name: string): Json => {
  const value = Object.hasOwn(of, name) ? of[name] : undefined;
  return isObject(value) ? value : {};
};

/** Undefined: taken out. */
function withValue(of: unknown, [name, ...rest]: Path, value: unknown): unknown {
  if (name === undefined) return value;
  const entries = Object.entries(isObject(of) ? of : {}).filter(([each]) => each !== name);
  const inner = withValue(isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined, rest, value);
  return Object.fromEntries(inner === undefined ? entries : [...entries, [name, inner]]);
}

/** Of these a value tells nobody a secret. */
const open: ReadonlySet<string> = new Set(['port', 'bind', 'mode', 'primary', 'enabled', 'skipBootstrap', 'file']);
const longest = 120;

function shown(path: Path, value: unknown): string {
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string' && open.has(path.at(-1) ?? '')) return value.slice(0, longest);
  if (path.join('.') === 'plugins.allow' && Array.isArray(value)) return value.join(', ');
  if (isObject(value) && isReference(value)) return 'a reference to secrets.json';
  return typeof value === 'string' ? 'another text' : 'made anew';
}

const isReference = (value: Json): boolean => 'source' in value;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
