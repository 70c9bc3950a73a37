/** What lies where in a state root. */

import { join } from 'node:path';

export interface HomePaths {
  readonly root: string;
  /** Which folder it is, whose, on which machine (`root-stamp.ts`). */
  readonly stamp: string;
  readonly database: string;
  /** Data of the durable engine. Its sockets: `engineSockets`. */
  readonly engine: string;
  readonly engineConfig: string;
  /** Signs the engine's calls. */
  readonly engineKey: string;
  readonly logs: string;
  /** A folder for each run whose tools asked for one. */
  readonly workspaces: string;
  /** Bytes of the files that the hub keeps; the database knows whose they are. */
  readonly drive: string;
  /** Facts about the processes that run now, and the owner's key. The socket of the live view: `liveSocket`. */
  readonly run: string;
  readonly ownerKey: string;
  /** Keys of principals that are kept to speak as them, by handle. */
  readonly keys: string;
  /** Opens the vaults, unless systemd or a passphrase does. */
  readonly vaultKey: string;
  /** Signs links to those files. */
  readonly linkKey: string;
  readonly instance: string;
  readonly launcherLock: string;
  readonly launcherProcess: string;
  readonly engineProcess: string;
  /** Whose code holds the loop of the worker, while somebody does for too long. */
  readonly heldLoop: string;
  /** How far the record had got a moment ago. */
  readonly recordReach: string;
  readonly envFile: string;
  readonly config: string;
}

export function homePaths(root: string): HomePaths {
  const run = join(root, 'run');
  const engine = join(root, 'engine');
  return {
    root,
    stamp: join(root, 'stamp.json'),
    database: join(root, 'perdure.db'),
    engine,
    engineConfig: join(engine, 'restate.toml'),
    engineKey: join(run, 'engine-key.pem'),
    logs: join(root, 'logs'),
    workspaces: join(root, 'workspaces'),
    drive: join(root, 'drive'),
    run,
    ownerKey: join(run, 'owner-key'),
    keys: join(run, 'keys'),
    vaultKey: join(run, 'vault-key'),
    linkKey: join(run, 'link-key'),
    instance: join(run, 'instance.json'),
    launcherLock: join(run, 'launcher.lock'),
    launcherProcess: join(run, 'launcher.json'),
    engineProcess: join(run, 'engine.json'),
    heldLoop: join(run, 'held-loop.json'),
    recordReach: join(run, 'record-reach.json'),
    envFile: join(root, '.env'),
    config: join(root, 'perdure.config.yaml'),
  };
}
