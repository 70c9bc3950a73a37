/**
 * The gateways of this account that others set up: homes beside each other, services that start them, processes that
 * run them. Looks only; follows no link out of a home.
 */

import { lstat, readdir, readlink } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { isReachedPlainly } from '@perdure/home';
import { isReadable, type FoundFile, type FoundGateway } from '../core/adopt/found.ts';
import { isHomeName } from '../openclaw/gateways.ts';
import { textAt } from '../openclaw/home-files.ts';
import { readSettings } from '../openclaw/read-settings.ts';
import { programOf } from './program-of.ts';
import { scanProcesses, type GatewayProcess } from './scan-processes.ts';
import { scanServices, type ProfileService } from './scan-services.ts';

export interface ScanOptions {
  /** Home of the account. */
  readonly accountHome: string;
  /** Default: those of this host that this account may see. */
  readonly processes?: () => Promise<readonly GatewayProcess[]>;
}

/** The one whose home this is, wherever it lies. Undefined: no gateway ever used it. */
export async function scanHome(
  home: string,
  { accountHome, processes = scanProcesses }: ScanOptions,
): Promise<FoundGateway | undefined> {
  const [services, running] = await Promise.all([scanServices(accountHome), processes()]);
  if (!(await isThere(home))) return undefined;
  return await lookAt(home, { accountHome, services, running });
}

export { detailsOf, type Details } from './details.ts';

/** By handle, OpenClaw's own first. */
export async function scanGateways({
  accountHome,
  processes = scanProcesses,
}: ScanOptions): Promise<readonly FoundGateway[]> {
  const [names, services, running] = await Promise.all([
    readdir(accountHome).then((all) => all.filter(isHomeName).toSorted()),
    scanServices(accountHome),
    processes(),
  ]);
  const found = await Promise.all(
    names.map((name) => lookAt(join(accountHome, name), { accountHome, services, running })),
  );
  return found.flatMap((one) => (one === undefined ? [] : [one]));
}

interface Around {
  readonly accountHome: string;
  readonly services: readonly ProfileService[];
  readonly running: readonly GatewayProcess[];
}

/** Undefined: no folder, or none that a gateway ever used. */
async function lookAt(home: string, { accountHome, services, running }: Around): Promise<FoundGateway | undefined> {
  const name = relative(accountHome, home);
  const handle = isHomeName(name) ? handleOf(name) : basename(home);
  const isOf = isFor({ handle, home, isUsual: isHomeName(name) });
  const stat = await lstat(home).catch(() => undefined);
  // Somebody took it away while others were looked at.
  if (stat === undefined) return undefined;
  const linkTo = stat.isSymbolicLink() ? resolve(accountHome, await readlink(home)) : undefined;
  if (linkTo === undefined && !stat.isDirectory()) return undefined;
  const text = textAt(join(home, 'openclaw.json'));
  if (text === undefined && !(await isThere(join(home, 'agents')))) return undefined;
  const settings = text === undefined ? { problem: 'openclaw.json is not there' } : readSettings(text);
  const folder = (isReadable(settings) ? settings.workspace : undefined) ?? join(home, 'workspace');
  const [ofIt, runningIt] = [services.filter(isOf), running.filter(isOf)];
  const program = await programOf([...runningIt, ...ofIt].map(({ words }) => words));
  const plugin = pluginIn(join(home, 'extensions', 'sesame'));
  return {
    handle,
    home,
    ...(linkTo !== undefined && { linkTo }),
    mode: stat.mode & 0o777,
    settings,
    services: ofIt.map(({ service }) => service),
    processes: runningIt.filter(isItself).map(({ pid, startedAt }) => ({ pid, startedAt })),
    ...(program !== undefined && { program }),
    uid: stat.uid,
    looseFiles: await looseFilesIn(home),
    authFiles: await authFilesIn(home),
    ...(plugin !== undefined && { plugin }),
    workspace: await namesIn(folder.replace(/^~(?=\/)/, accountHome)),
  };
}

/** Not what started another one of them: the command of OpenClaw waits for the gateway that it has begun. */
const isItself = ({ pid }: GatewayProcess, _at: number, all: readonly GatewayProcess[]): boolean =>
  !all.some(({ parent }) => parent === pid);

/** A profile means a home of its own naming; who names a home is for that alone. */
const isFor =
  ({ handle, home, isUsual }: { readonly handle: string; readonly home: string; readonly isUsual: boolean }) =>
  ({ profile, stateDir }: { readonly profile: string; readonly stateDir?: string }): boolean =>
    stateDir === undefined ? isUsual && profile === handle : stateDir === home;

export const handleOf = (name: string): string => name.replace(/^\.openclaw-?/i, '') || 'default';

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

const namesIn = (folder: string): Promise<readonly string[]> =>
  readdir(folder).then(
    (names) => names.toSorted(),
    () => [],
  );

/** What holds secrets wherever there is a gateway. */
const secretFiles = ['openclaw.json', '.env', 'secrets.json', 'state'];

async function looseFilesIn(home: string): Promise<readonly FoundFile[]> {
  const paths = [...secretFiles, ...(await authFilesIn(home))];
  const stats = await Promise.all(
    paths.map(async (path) => ({ path, stat: await lstat(join(home, path)).catch(() => undefined) })),
  );
  return stats.flatMap(({ path, stat }) =>
    stat !== undefined && !stat.isSymbolicLink() && (stat.mode & 0o077) !== 0
      ? [{ path, mode: stat.mode & 0o777 }]
      : [],
  );
}

/** Behind a link lie those of another home, or of nobody here. */
async function authFilesIn(home: string): Promise<readonly string[]> {
  const agents = isReachedPlainly(home, 'agents/any') ? await namesIn(join(home, 'agents')) : [];
  const folders = agents.map((agent) => join('agents', agent, 'agent'));
  const paths = folders
    .filter((folder) => isReachedPlainly(home, `${folder}/any`))
    .flatMap((folder) => ['auth.json', 'auth-profiles.json'].map((name) => join(folder, name)));
  const there = await Promise.all(paths.map(async (path) => ((await isThere(join(home, path))) ? [path] : [])));
  return there.flat();
}

function pluginIn(folder: string): FoundGateway['plugin'] {
  const text = textAt(join(folder, 'package.json'));
  if (text === undefined) return undefined;
  try {
    const { name, version } = JSON.parse(text) as { readonly name?: unknown; readonly version?: unknown };
    return { name: String(name), ...(typeof version === 'string' && { version }) };
  } catch {
    return { name: 'unknown' };
  }
}
