/** Joins the vaults to their database, to their root key, and to the worker that borrows of them. */

import { randomBytes } from 'node:crypto';
import { newId, type Database, type GroupCommit } from '@perdure/db';
import { secretsSocket, type HomePaths } from '@perdure/home';
import type { VaultDeps } from '@perdure/hub/desk';
import { createRootStore, createVaultStore, type RootOf } from '@perdure/hub/store';
import { serveLending } from './lend-secrets.ts';
import { keepRoot } from './root-keeper.ts';
import { steadyClock } from './steady-clock.ts';
import { openVaultRoot } from './vault-root.ts';

export interface OpenVaultsDeps {
  readonly database: Database;
  readonly group: GroupCommit;
  readonly paths: HomePaths;
  readonly log: (message: string) => void;
}

export interface OpenVaults extends VaultDeps {
  /** Why nothing is given; undefined: they are open. */
  readonly sealed: () => string | undefined;
  /** What is lent ends with it. */
  close(): Promise<void>;
  /** For who else seals something within a transaction. */
  readonly root: RootOf;
}

/** Where they are sealed the log says so once, and the health for as long as it is so. */
export async function openVaults({ database, group, paths, log }: OpenVaultsDeps): Promise<OpenVaults> {
  const roots = createRootStore(database, group);
  const opened = await openVaultRoot({ paths, roots, env: process.env, random: randomBytes, now: Date.now() });
  if (opened.kind === 'sealed') log(opened.reason);
  const clock = steadyClock();
  const kept = keepRoot(opened, { paths, roots, random: randomBytes, clock });
  const vault: VaultDeps = {
    vaults: createVaultStore(database, { group, root: kept.root, random: randomBytes }),
    roots: kept,
    clock,
    newId,
  };
  const lending = await serveLending({ path: secretsSocket(paths), vault, log });
  return {
    ...vault,
    ...lending,
    sealed: () => (opened.kind === 'sealed' ? opened.reason : undefined),
    root: kept.root,
  };
}
