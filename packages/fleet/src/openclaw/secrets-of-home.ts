/** What a gateway says may hold what it was given: its secrets are taken out of its words before they are ours. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretNames, secretsFile } from './settings.ts';

/** Shorter ones are words that occur anywhere. */
const shortest = 6;

export function withoutSecrets(home: string): (text: string) => string {
  const values = secretsIn(home);
  return (text) => values.reduce((told, value) => told.replaceAll(value, '[secret]'), text);
}

/** With which the gateway of a home of ours is asked. Undefined: it is another's, or there is none. */
export function gatewayTokenOf(home: string): string | undefined {
  const token = readAll(home)[secretNames.gatewayToken.slice(1)];
  return typeof token === 'string' && token !== '' ? token : undefined;
}

function secretsIn(home: string): readonly string[] {
  return Object.values(readAll(home))
    .filter((value) => typeof value === 'string')
    .filter(({ length }) => length >= shortest)
    .toSorted((one, other) => other.length - one.length);
}

function readAll(home: string): Readonly<Record<string, unknown>> {
  try {
    const all: unknown = JSON.parse(readFileSync(join(home, secretsFile), 'utf8'));
    return typeof all === 'object' && all !== null ? (all as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
