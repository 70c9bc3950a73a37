/** What lies where in a state root, and making the folders. */

import { accessSync, chmodSync, constants, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isPerdureError, PerdureError } from '@perdure/contract';

export interface HomePaths {
  readonly root: string;
  readonly database: string;
  /** Data of the durable engine. Its sockets: `engineSockets`. */
  readonly engine: string;
  readonly engineConfig: string;
  /** Signs the engine's calls. */
  readonly engineKey: string;
  readonly logs: string;
  /** A folder for each run whose tools asked for one. */
  readonly workspaces: string;
  /** Facts about the processes that run now, and the owner's key. The socket of the live view: `liveSocket`. */
  readonly run: string;
  readonly ownerKey: string;
  readonly instance: string;
  readonly launcherLock: string;
  readonly launcherProcess: string;
  readonly engineProcess: string;
  /** Whose code holds the loop of the worker, while somebody does for too long. */
  readonly heldLoop: string;
  readonly envFile: string;
  readonly config: string;
}

export function homePaths(root: string): HomePaths {
  const run = join(root, 'run');
  const engine = join(root, 'engine');
  return {
    root,
    database: join(root, 'perdure.db'),
    engine,
    engineConfig: join(engine, 'restate.toml'),
    engineKey: join(run, 'engine-key.pem'),
    logs: join(root, 'logs'),
    workspaces: join(root, 'workspaces'),
    run,
    ownerKey: join(run, 'owner-key'),
    instance: join(run, 'instance.json'),
    launcherLock: join(run, 'launcher.lock'),
    launcherProcess: join(run, 'launcher.json'),
    engineProcess: join(run, 'engine.json'),
    heldLoop: join(run, 'held-loop.json'),
    envFile: join(root, '.env'),
    config: join(root, 'perdure.config.yaml'),
  };
}

/** Makes the folders of a state root, readable by this account alone. A root that is there keeps what is in it. */
export function ensureHome(root: string): HomePaths {
  const paths = homePaths(root);
  ensureFolder(root, makeRootPrivate);
  for (const folder of [paths.engine, paths.logs, paths.run, paths.workspaces]) {
    ensureFolder(folder, (path) => chmodSync(path, 0o700));
  }
  return paths;
}

function ensureFolder(folder: string, makePrivate: (folder: string) => void): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!statSync(folder).isDirectory()) throw unusable(folder, 'it is a file');
    if ((statSync(folder).mode & 0o077) !== 0) makePrivate(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    if (isPerdureError(error)) throw error;
    throw unusable(folder, reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? String(error), error);
  }
}

/**
 * Takes a folder from everybody else. One that holds other things than ours is other people's too (think of `--home
 * /tmp`).
 */
function makeRootPrivate(folder: string): void {
  const entries = readdirSync(folder);
  const names = Object.values(homePaths(folder)).map((path) => basename(path));
  const isOurs =
    entries.includes('perdure.db') || entries.every((entry) => names.includes(entry) || entry === '.gitignore');
  if (!isOurs) throw unusable(folder, 'it is open to other accounts and holds other files');
  chmodSync(folder, 0o700);
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'there is a file in its place',
  ENOTDIR: 'a part of the path is a file',
  EACCES: 'this account may not write there',
  EPERM: 'it belongs to another account',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

function unusable(folder: string, reason: string, cause?: unknown): PerdureError {
  return new PerdureError(
    'storage_read_only',
    `The state folder ${folder} cannot be used because ${reason}: choose another one with --home or PERDURE_HOME.`,
    { details: { folder }, cause },
  );
}
