/** The file of secrets in a home: the settings refer to it, and hold none. */

import { join } from 'node:path';
import { plainTextIn, replaceFile } from '@perdure/home';
import { secretNames, secretsFile } from '../openclaw/index.ts';

export type Secrets = Readonly<Record<keyof typeof secretNames, string>>;

/** As its references name them. */
const memberOf = (name: keyof Secrets): string => secretNames[name].slice(1);

/** No reference names it, and it is no secret: which version of the item in its vault the key of the model is. */
const versionMember = 'modelVersion';

export function writeSecrets(
  home: string,
  secrets: Secrets,
  { keyVersion }: { readonly keyVersion?: string } = {},
): void {
  const members = Object.entries(secrets).map(([name, value]) => [memberOf(name as keyof Secrets), value]);
  const all = { ...Object.fromEntries(members), ...(keyVersion !== undefined && { [versionMember]: keyVersion }) };
  replaceFile(join(home, secretsFile), `${JSON.stringify(all)}\n`);
}

/** Undefined where there is none that is whole. */
export function readSecrets(home: string): Secrets | undefined {
  const found = readAll(home);
  const names = Object.keys(secretNames) as (keyof Secrets)[];
  const members = names.map((name) => [name, found?.[memberOf(name)]] as const);
  const isWhole = members.every(([, value]) => typeof value === 'string');
  return isWhole ? (Object.fromEntries(members) as unknown as Secrets) : undefined;
}

/** Undefined: nobody knows. */
export function keyVersionOf(home: string): string | undefined {
  const found = readAll(home)?.[versionMember];
  return typeof found === 'string' ? found : undefined;
}

function readAll(home: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const found: unknown = JSON.parse(plainTextIn(join(home, secretsFile)) ?? '');
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
