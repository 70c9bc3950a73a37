/**
 * How a process that nothing keeps was started: its words, its environment, where it stood. So it can be started again
 * as it was. Linux alone shows that.
 *
 * Surprise: a gateway gives itself a title, which takes the place of its words. What was recorded of its program and of
 * its port stands in for them then.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, closeSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, makeFolder, openLog, readIdentity, replaceFile, writeIdentity } from '@perdure/home';
import { PerdureError } from '@perdure/contract';
import type { ProcessIdentity } from '../../core/gateway.ts';
import type { ServiceSpec } from '../../core/ports.ts';
import { serviceLog } from '../last-lines.ts';

interface Launch {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

const launchFile = (folder: string): string => join(folder, 'process.json');
const againFile = (folder: string): string => join(folder, 'process-again.json');

/** Written once; false: it cannot be seen. It holds what the environment of the process holds, secrets too. */
export function keepLaunch(spec: ServiceSpec, folder: string): boolean {
  const { process } = spec.runner ?? {};
  if (process === undefined || existsSync(launchFile(folder))) return true;
  const launch = launchOf(process, spec);
  // One that has ended meanwhile is not to be started again.
  if (launch === undefined) return identityOf(process.pid)?.startedAt !== process.startedAt;
  makeFolder(folder, 0o700);
  replaceFile(launchFile(folder), JSON.stringify(launch));
  return true;
}

/** Undefined: it cannot be seen, or is gone. */
function launchOf(process: ProcessIdentity, { program, port, home }: ServiceSpec): Launch | undefined {
  const at = `/proc/${process.pid}`;
  try {
    const said = readFileSync(`${at}/cmdline`, 'utf8').split('\0');
    const env = readFileSync(`${at}/environ`, 'utf8')
      .split('\0')
      .flatMap((pair) => (pair.indexOf('=') > 0 ? [splitPair(pair)] : []));
    const cwd = readlinkSync(`${at}/cwd`);
    if (identityOf(process.pid)?.startedAt !== process.startedAt) return undefined;
    const isTitle = said[0] === '' || said[0]?.startsWith('openclaw') === true;
    const words = isTitle ? [program.node, program.entry, 'gateway', 'run', '--port', String(port)] : said.slice(0, -1);
    // Which home it is for stood in its words.
    const place = { OPENCLAW_STATE_DIR: home, OPENCLAW_CONFIG_PATH: join(home, 'openclaw.json') };
    return { words, env: { ...Object.fromEntries(env), ...(isTitle && place) }, cwd };
  } catch {
    return undefined;
  }
}

const splitPair = (pair: string): readonly [string, string] => {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
};

export const canLaunch = (folder: string | undefined): folder is string =>
  folder !== undefined && existsSync(launchFile(folder));

/** The one that was started again, dead or alive. */
export const launchedAgain = (folder: string | undefined): ProcessIdentity | undefined =>
  folder === undefined ? undefined : readIdentity(againFile(folder));

/** As it was started, with what it prints in the log of its home. @throws PerdureError `unavailable` */
export async function launchAgain({ handle, home }: ServiceSpec, folder: string): Promise<void> {
  const { words, env, cwd } = JSON.parse(readFileSync(launchFile(folder), 'utf8')) as Launch;
  const [program = '', ...rest] = words;
  // A pipe in its place would be waited for, and a link followed.
  const { fd: log } = openLog(serviceLog(home));
  try {
    const child = spawn(program, rest, { env, cwd, detached: true, stdio: ['ignore', log, log] });
    await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error as Error))]);
    const identity = identityOf(child.pid ?? 0);
    if (identity !== undefined) writeIdentity(againFile(folder), identity);
    child.unref();
  } catch (cause) {
    const why = `The gateway of ${handle} could not be started again as it was (${(cause as Error).message}): start it as you did before.`;
    throw new PerdureError('unavailable', why, { cause });
  } finally {
    closeSync(log);
  }
}
