/**
 * What a gateway says and prints may hold what it was given: its secrets are taken out of its words before they are
 * ours. Those of a home of ours lie in one file; one that somebody else set up may have them in its settings, and in
 * its variables.
 */

import { readEnvFile } from '../core/adopt/service-text.ts';
import { at, objectIn, settingsFile, textIn, variablesFile, type Json } from './home-files.ts';
import { isSecretName, openSecretPaths } from './read-settings.ts';
import { secretNames, secretsFile } from './settings.ts';

/** Shorter ones are words that occur anywhere. */
const shortest = 6;

export function withoutSecrets(home: string): (text: string) => string {
  const values = secretsIn(home);
  return (text) => values.reduce((told, value) => told.replaceAll(value, '[secret]'), text);
}

/** With which the gateway of a home of ours is asked. Undefined: it is another's, or there is none. */
export function gatewayTokenOf(home: string): string | undefined {
  const token = at(keptIn(home), [secretNames.gatewayToken.slice(1)]);
  return typeof token === 'string' && token !== '' ? token : undefined;
}

/** Longest first: one may begin as another does. */
function secretsIn(home: string): readonly string[] {
  const settings = objectIn(textIn(home, settingsFile)) ?? {};
  const variables = Object.entries(readEnvFile(textIn(home, variablesFile) ?? ''));
  const values = [
    ...Object.values(keptIn(home)),
    ...openSecretPaths(settings).map((path) => at(settings, path)),
    ...variables.flatMap(([name, value]) => (isSecretName(name) ? [value] : [])),
  ];
  return values
    .filter((value) => typeof value === 'string')
    .filter(({ length }) => length >= shortest)
    .toSorted((one, other) => other.length - one.length);
}

const keptIn = (home: string): Json => objectIn(textIn(home, secretsFile)) ?? {};
