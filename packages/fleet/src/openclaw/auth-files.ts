/**
 * Files with keys of models that provisioners of old copied from gateway to gateway. A gateway of today dies of them.
 * Keys of the kind `api_key` are read; a login is never taken over, for two that refresh one token lock each other out.
 */

import { isObject, objectIn, textIn, type Json } from './home-files.ts';

export interface AuthKeys {
  /** By provider. */
  readonly keys: Readonly<Record<string, string>>;
  /** Providers of which something else lies there, as a login. */
  readonly left: readonly string[];
}

/** `files`: below the home. */
export function authKeysIn(home: string, files: readonly string[]): AuthKeys {
  const entries = files.flatMap((file) => entriesIn(objectIn(textIn(home, file)) ?? {}));
  const keys = entries.flatMap(({ provider, entry }) => {
    const key = entry['key'];
    return isKind(entry, 'api_key') && typeof key === 'string' && key !== '' ? [[provider, key] as const] : [];
  });
  const left = entries.flatMap(({ provider, entry }) => (isKind(entry, 'api_key') ? [] : [provider]));
  return { keys: Object.fromEntries(keys), left: [...new Set(left)] };
}

const isKind = (entry: Json, kind: string): boolean => entry['type'] === kind;

/** Plainly by provider, or as profiles that are called `provider:name`. */
function entriesIn(file: Json): readonly { readonly provider: string; readonly entry: Json }[] {
  const profiles = file['profiles'];
  const named = isObject(profiles) ? profiles : file;
  return Object.entries(named).flatMap(([name, entry]) => {
    if (!isObject(entry) || !('type' in entry)) return [];
    const provider = typeof entry['provider'] === 'string' ? entry['provider'] : (name.split(':')[0] ?? name);
    return [{ provider, entry }];
  });
}
