/**
 * Makes a folder the state root of this account on this machine: a copy, or one that came from elsewhere. What it says
 * about processes is another's and goes, with the data of the engine, which the record replaces. The key of the vaults
 * stays: without it nobody opens them again. What is unfinished is held: the stamp owes that to the next start, so that
 * a kill in between loses nothing of it.
 */

import { chmodSync, existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { basename, join } from 'node:path';
import { PerdureError, type HoldReason } from '@perdure/contract';
import { lookAtRoot, ownAccount, whatIsHere } from './check-root.ts';
import { readInstance } from './instance.ts';
import { homePaths, type HomePaths } from './layout.ts';
import { rootRefusal } from './root-refusal.ts';
import { readStamp, writeStamp, type RootStamp } from './root-stamp.ts';
import { isVaultKey } from './vault-key.ts';
import type { RootVerdict } from './whose-root.ts';

/** `take_over`: it is the root from now on, with its id and key. The others make it a root of its own. */
export type Adoption = Exclude<HoldReason, 'hold'>;

/** Answers false where nothing was to be done: it is ours, or there is nothing. @throws PerdureError `home_refused` */
export function adoptRoot(root: string, as: Adoption): boolean {
  const verdict = lookAtRoot(root);
  const id = idFor(verdict, { root, as });
  if (id === undefined) return false;
  // From here on by its real path: nothing is removed behind a link.
  const paths = homePaths(whatIsHere(root).path);
  if (verdict.kind === 'unknown') refuseLinks(paths);
  if (verdict.kind === 'copy' && verdict.isOriginalThere && as === 'take_over') handOver(verdict.stamp, paths);
  chmodSync(paths.root, 0o700);
  const isKept = (name: string) => isVaultKey(paths, name) || (as === 'take_over' && name === basename(paths.ownerKey));
  for (const name of namesIn(paths.run)) {
    if (!isKept(name)) rmSync(join(paths.run, name), { recursive: true, force: true });
  }
  rmSync(paths.engine, { recursive: true, force: true });
  writeStamp(paths, { id, ...whatIsHere(paths.root), hold: as });
  return true;
}

function idFor(verdict: RootVerdict, { root, as }: { readonly root: string; readonly as: Adoption }) {
  if (verdict.kind === 'new' || verdict.kind === 'ours' || verdict.kind === 'moved') return undefined;
  const isAllowed = verdict.kind === 'copy' || (verdict.kind === 'unknown' && verdict.holdsOurs && as === 'trust');
  if (!isAllowed) throw rootRefusal(verdict, { root, account: ownAccount() });
  return verdict.kind === 'copy' && as === 'take_over' ? verdict.stamp.id : randomUUID();
}

/**
 * The original is from now on a copy of this one, and is asked what it should be when somebody starts it: of two that
 * went on with the same runs, both would do what is left of them.
 */
function handOver({ id, path: original }: RootStamp, paths: HomePaths): void {
  const given = homePaths(original);
  if (readInstance(given).kind === 'running') {
    const problem = `Perdure runs on ${original}, which ${paths.root} is a copy of: stop it with \`perdure down --home ${original}\` before this one takes over, or start this one with --as-copy.`;
    throw new PerdureError('home_refused', problem, { details: { home: paths.root, original } });
  }
  writeStamp(given, { id, ...whatIsHere(paths.root) });
}

/** Names in a folder that is no link. */
function namesIn(folder: string): readonly string[] {
  return existsSync(folder) && lstatSync(folder).isDirectory() ? readdirSync(folder) : [];
}

/** What a stranger made could lead our files to any place of this account. */
function refuseLinks({ root }: HomePaths): void {
  const link = readdirSync(root, { withFileTypes: true }).find((entry) => entry.isSymbolicLink());
  if (link === undefined) return;
  throw new PerdureError(
    'home_refused',
    `${join(root, link.name)} leads to another place, so ${root} was not made a state root: remove the link, or put in its place what it leads to.`,
    { details: { path: join(root, link.name) } },
  );
}

/** Once everything unfinished is held. */
export function clearHold(paths: HomePaths): void {
  const stamp = readStamp(paths);
  if (stamp?.hold === undefined) return;
  const { hold: _paid, ...rest } = stamp;
  writeStamp(homePaths(rest.path), rest);
}
