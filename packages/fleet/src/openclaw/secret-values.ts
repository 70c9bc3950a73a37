/** Secrets that settings of somebody else name: in clear, by a variable of the home, or by a file. */

import { isAbsolute } from 'node:path';
import { readEnvFile } from '../core/adopt/service-text.ts';
import { at, isObject, objectIn, settingsFile, textIn, variablesFile, type Json } from './home-files.ts';

const variable = /^\$\{(\w+)\}$/;

/** The value behind what stands in the settings of a home; undefined where it cannot be had. */
export function secretBehind(home: string, settings: Json, named: unknown): string | undefined {
  if (typeof named === 'string') {
    const name = variable.exec(named.trim())?.[1];
    if (name === undefined) return named === '' ? undefined : named;
    const found = at(readEnvFile(textIn(home, variablesFile) ?? ''), [name]);
    return typeof found === 'string' ? found : undefined;
  }
  if (!isObject(named) || named['source'] !== 'file') return undefined;
  const path = at(settings, ['secrets', 'providers', String(named['provider']), 'path']);
  if (typeof path !== 'string' || !isAbsolute(path)) return undefined;
  const found = at(objectIn(textIn('/', path)), String(named['id']).split('/').slice(1));
  return typeof found === 'string' ? found : undefined;
}

/** With which the channel `sesame` of a home speaks. */
export function channelKeyOf(home: string): string | undefined {
  const settings = objectIn(textIn(home, settingsFile));
  return settings && secretBehind(home, settings, at(settings, ['channels', 'sesame', 'apiKey']));
}
