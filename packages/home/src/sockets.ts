/**
 * Paths of the unix sockets in a state root.
 *
 * The kernel takes about 104 bytes of path for a socket, whatever the file system allows. Below a deep state root,
 * sockets are therefore reached through a symbolic link in the folder for temporary files. Its name is made from the
 * target alone, so every process comes to the same one; each call makes it again where a clean-up of temporary files
 * took it away.
 */

import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir as systemTmpdir } from 'node:os';
import { join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import type { HomePaths } from './layout.ts';

/** Bytes of a socket's path on the narrowest of our systems (macOS), its end mark not counted. */
const maxSocketPath = 103;

/** The engine's name for itself; its data and sockets lie in a folder of this name below its own. */
export const engineNodeName = 'perdure';

const longestSocket = join('/', engineNodeName, 'ingress.sock');

export interface ShortPathOptions {
  readonly tmpdir?: string;
  /** Whose folder in `tmpdir` it must be. */
  readonly uid?: number;
}

/** `folder` itself if sockets fit below it, else a link to it that is short enough. */
export function shortPathTo(folder: string, options: ShortPathOptions = {}): string {
  if (fits(folder)) return folder;
  const uid = options.uid ?? process.getuid?.() ?? 0;
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const inside = (tmpdir: string) => join(tmpdir, `perdure-${uid}`, name);
  const tmpdir = options.tmpdir ?? systemTmpdir();
  const alias = fits(inside(tmpdir)) ? inside(tmpdir) : inside('/tmp');
  ensureOwnFolder(join(alias, '..'), uid);
  ensureLink(alias, folder);
  return alias;
}

/** The engine's sockets. `base` is the engine's folder under the name that is short enough. */
export function engineSockets(
  paths: HomePaths,
  options: ShortPathOptions = {},
): { readonly base: string; readonly ingress: string; readonly admin: string; readonly fabric: string } {
  const base = shortPathTo(paths.engine, options);
  const socket = (name: string) => join(base, engineNodeName, name);
  return { base, ingress: socket('ingress.sock'), admin: socket('admin.sock'), fabric: socket('fabric.sock') };
}

/** The socket over which workers nudge the server. */
export function liveSocket(paths: HomePaths, options: ShortPathOptions = {}): string {
  return join(shortPathTo(paths.run, options), 'live.sock');
}

/** The socket at which the server lends the worker what tools and model servers were granted. */
export function secretsSocket(paths: HomePaths, options: ShortPathOptions = {}): string {
  return join(shortPathTo(paths.run, options), 'secrets.sock');
}

/** The socket at which the server does steps on gateways, as runs of the worker ask for them. */
export function fleetSocket(paths: HomePaths, options: ShortPathOptions = {}): string {
  return join(shortPathTo(paths.run, options), 'fleet.sock');
}

/** The socket at which the server answers the command line. */
export function serverSocket(paths: HomePaths, options: ShortPathOptions = {}): string {
  return join(shortPathTo(paths.run, options), 'server.sock');
}

/** The socket at which the worker takes the engine's calls. */
export function workerSocket(paths: HomePaths, options: ShortPathOptions = {}): string {
  return join(shortPathTo(paths.run, options), 'worker.sock');
}

function fits(folder: string): boolean {
  return Buffer.byteLength(folder + longestSocket) <= maxSocketPath;
}

/** The folder for temporary files is everybody's: a name we did not make may lead anywhere. */
function ensureOwnFolder(folder: string, uid: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return;
  throw new PerdureError(
    'storage_read_only',
    `The path of the state root is too long for sockets, and ${folder}, which would shorten it, is not a folder of this account alone: choose a shorter path with --home, or remove it.`,
    { details: { folder } },
  );
}

function ensureLink(alias: string, target: string): void {
  try {
    symlinkSync(target, alias);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (readlinkSync(alias) === target) return;
    rmSync(alias);
    ensureLink(alias, target);
  }
}
