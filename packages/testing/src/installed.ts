/**
 * Programs of others, for tests that are run by hand: fetched from npm once, at an exact version, into a folder outside
 * of the repository. Their install scripts are not run.
 */

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface ThirdParty {
  /** As npm has it. */
  readonly name: string;
  readonly version: string;
}

/** Where they are kept: `PERDURE_TEST_CACHE`, or the caches of this account. */
function cacheFolder(): string {
  const { PERDURE_TEST_CACHE: own, XDG_CACHE_HOME: caches = join(homedir(), '.cache') } = process.env;
  return own ?? join(caches, 'perdure-test-programs');
}

/** Its folder below `node_modules`. Rejects with a sentence where it is not there and cannot be fetched. */
export async function installed({ name, version }: ThirdParty): Promise<string> {
  const folder = join(cacheFolder(), `${name.replace('@', '').replace('/', '-')}-${version}`);
  if (!existsSync(folder)) await install(folder, `${name}@${version}`);
  return join(folder, 'node_modules', name);
}

/** Half an install never lies where a whole one is looked for. */
async function install(folder: string, wanted: string): Promise<void> {
  const half = `${folder}-${process.pid}`;
  mkdirSync(half, { recursive: true });
  writeFileSync(join(half, 'package.json'), '{"private":true}');
  const flags = [
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--save-exact',
    '--fetch-retries=1',
    '--loglevel=error',
  ];
  try {
    await promisify(execFile)('npm', ['install', ...flags, wanted], { cwd: half, timeout: 300_000 });
    renameSync(half, folder);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    const { stderr = '' } = error as { readonly stderr?: string };
    const why = /^npm (?:error|ERR!) (?:code )?(.+)$/m.exec(stderr)?.[1] ?? 'npm install failed';
    throw new Error(
      `${wanted} cannot be had (${why}): it is fetched from the npm registry once and kept in ${cacheFolder()}; go online and run this again.`,
      { cause: error },
    );
  }
}
