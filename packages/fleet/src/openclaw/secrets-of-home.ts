/** What a gateway says may hold what it was given: its secrets are taken out of its words before they are ours. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretsFile } from './settings.ts';

/** Shorter ones are words that occur anywhere. */
const shortest = 6;

export function withoutSecrets(home: string): (text: string) => string {
  const values = secretsIn(home);
  return (text) => values.reduce((told, value) => told.replaceAll(value, '[secret]'), text);
}

function secretsIn(home: string): readonly string[] {
  try {
    const all = JSON.parse(readFileSync(join(home, secretsFile), 'utf8')) as object;
    return Object.values(all)
      .filter((value) => typeof value === 'string' && value.length >= shortest)
      .toSorted((one, other) => String(other).length - String(one).length) as string[];
  } catch {
    return [];
  }
}
