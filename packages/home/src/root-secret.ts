/** A secret by the name of its variable: from the environment, else from the state root's own `.env`. */

import { parseEnv } from 'node:util';
import { readFileIfAny } from './files.ts';
import type { HomePaths } from './layout.ts';

/** Undefined where it is set nowhere, or empty. */
export function rootSecret(
  { envFile }: Pick<HomePaths, 'envFile'>,
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  const own = env[name] ?? '';
  if (own !== '') return own;
  const kept = parseEnv(readFileIfAny(envFile) ?? '')[name] ?? '';
  return kept === '' ? undefined : kept;
}
