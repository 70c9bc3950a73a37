/** `openclaw.json` as others wrote it: JSON with comments, of any release. What is not as expected is passed over. */

import JSON5 from 'json5';
import type { FoundSettings } from '../core/adopt/found.ts';
import { defaultPort } from './gateways.ts';

export type ReadSettings = FoundSettings | { readonly problem: string };

export function readSettings(text: string): ReadSettings {
  let value: unknown;
  try {
    value = JSON5.parse(text);
  } catch (error) {
    const { lineNumber, columnNumber } = error as { readonly lineNumber?: number; readonly columnNumber?: number };
    // The words of the parser repeat what stands there.
    return { problem: `line ${lineNumber ?? '?'}, column ${columnNumber ?? '?'} is no JSON` };
  }
  if (!isObject(value)) return { problem: 'they are no object' };
  const gateway = child(value, 'gateway');
  const port = gateway['port'] ?? defaultPort;
  if (!isPort(port)) return { problem: 'gateway.port is no port' };
  const channel = child(child(value, 'channels'), 'sesame');
  const defaults = child(child(value, 'agents'), 'defaults');
  const entry = child(child(child(value, 'plugins'), 'entries'), 'sesame');
  const model = textOf(child(defaults, 'model')['primary']) ?? textOf(defaults['model']);
  const bind = textOf(gateway['bind']);
  const hubUrl = textOf(channel['apiUrl']);
  const workspace = textOf(defaults['workspace']);
  return {
    port,
    auth: authOf(child(gateway, 'auth')),
    openSecrets: openSecretPaths(value).map((path) => path.join('.')),
    isBrowserOff: child(value, 'browser')['enabled'] === false,
    keepsBootstrap: defaults['skipBootstrap'] === true,
    isPluginEnabled: entry['enabled'] !== false && channel['enabled'] !== false && 'apiKey' in channel,
    ...(bind !== undefined && { bind }),
    ...(model !== undefined && { model }),
    ...(hubUrl !== undefined && { hubUrl }),
    ...(workspace !== undefined && { workspace }),
  };
}

/** Whatever else stands there OpenClaw does not take, and nobody could ask who listens on it. */
const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function child(of: Json, name: string): Json {
  const value = Object.hasOwn(of, name) ? of[name] : undefined;
  return isObject(value) ? value : {};
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function authOf(auth: Json): FoundSettings['auth'] {
  const mode = textOf(auth['mode']);
  if (mode === 'token' || mode === 'password' || mode === 'none') return mode;
  if (mode !== undefined) return 'other';
  return 'token' in auth ? 'token' : 'password' in auth ? 'password' : 'by_default';
}

const secretName = /^(?:.*(?:apikey|api_key|token|password|secret)|key)$/i;
export const isSecretName = (name: string): boolean => secretName.test(name);
/** A name in the environment, which `.env` of the home may hold. */
const isReference = (value: string): boolean => /^\$\{\w+\}$/.test(value.trim()) || value === '';
/** Deeper than any that OpenClaw takes. */
const deepest = 20;

/** Paths of texts that stand where a secret does. */
export function openSecretPaths(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (path.length > deepest || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = [...path, name];
    if (typeof inner === 'string') return isSecretName(name) && !isReference(inner) ? [at] : [];
    return openSecretPaths(inner, at);
  });
}
