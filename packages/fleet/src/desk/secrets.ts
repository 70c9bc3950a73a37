/** The file of secrets in a home: the settings refer to it, and hold none. */

import { closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPlainFile, replaceFile } from '@perdure/home';
import { secretNames, secretsFile } from '../openclaw/index.ts';

export type Secrets = Readonly<Record<keyof typeof secretNames, string>>;

/** As its references name them. */
const memberOf = (name: keyof Secrets): string => secretNames[name].slice(1);

export function writeSecrets(home: string, secrets: Secrets): void {
  const members = Object.entries(secrets).map(([name, value]) => [memberOf(name as keyof Secrets), value]);
  replaceFile(join(home, secretsFile), `${JSON.stringify(Object.fromEntries(members))}\n`);
}

/** Undefined where there is none that is whole. */
export function readSecrets(home: string): Secrets | undefined {
  try {
    const file = openPlainFile(join(home, secretsFile), 'read');
    try {
      const found = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      const names = Object.keys(secretNames) as (keyof Secrets)[];
      const members = names.map((name) => [name, found[memberOf(name)]] as const);
      const isWhole = members.every(([, value]) => typeof value === 'string');
      return isWhole ? (Object.fromEntries(members) as unknown as Secrets) : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
