/** OpenClaw as it is installed: looked for on the PATH, and not run. */

import { constants } from 'node:fs';
import { access, readFile, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

export interface FoundOpenclaw {
  /** The command. */
  readonly path: string;
  /** `unknown` where what was found is no package: a wrapper of somebody's. */
  readonly version: string;
}

/** Undefined: it is not there. */
export async function findOpenclaw(searchPath: string): Promise<FoundOpenclaw | undefined> {
  for (const folder of searchPath.split(delimiter).filter((one) => one !== '')) {
    const path = join(folder, 'openclaw');
    if (await isRunnable(path)) return { path, version: (await versionAt(path)) ?? 'unknown' };
  }
  return undefined;
}

/** A wrapper of somebody's is nothing that Node runs, and it may bring an environment of its own. */
export const isForNode = (entry: string): boolean => /\.[cm]?js$/.test(entry);

const isRunnable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** That of the package the command belongs to, in its folder or one below. Rejects where there is no such command. */
export async function versionAt(command: string): Promise<string | undefined> {
  for (let folder = dirname(await realpath(command)); folder !== dirname(folder); folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) return versionIn(text);
  }
  return undefined;
}

function versionIn(manifest: string): string | undefined {
  try {
    const { name, version } = JSON.parse(manifest) as { readonly name?: unknown; readonly version?: unknown };
    return name === 'openclaw' && typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
