/**
 * Which files git sees, in a copy of the index: adds everything there, and lists what was asked for. The index and the
 * object folder named in the environment are the copy's, so nothing of the user's is written.
 */

import { realpathSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { askGit, demandGit, type GitOptions } from './git.ts';

export interface SelectionOptions {
  readonly cwd: string;
  readonly paths: readonly string[];
  readonly exclude: readonly string[];
}

export interface Selection {
  /** In the form that `git update-index --index-info` takes, bytes as characters. */
  readonly entries: string;
  /** Work trees of other repositories inside, relative to this one's; their contents are not among the entries. */
  readonly repositories: readonly string[];
}

/** `git.cwd` is the top of the work tree. */
export async function selectFiles(options: SelectionOptions, git: GitOptions): Promise<Selection> {
  const { listed, ignored } = await listedPaths(options, git);
  const without = excluded(options, git.cwd);
  const all = [...[...listed, ...ignored].map(only), ...without];

  await liftMarks(git);
  const untracked = await demandGit(['ls-files', '-z', '--others', '--exclude-standard', '--', ...all], git);
  // Git lists a repository inside like a folder, and would add it as a commit, or fail where it has none.
  const strangers = names(untracked).filter((name) => name.endsWith('/'));
  if (listed.length > 0) {
    await demandGit(['add', '-A', '--', ...listed.map(only), ...without, ...strangers.map(besides)], git);
  }
  if (ignored.length > 0) await demandGit(['add', '-A', '-f', '--', ...ignored.map(only), ...without], git);

  const entries = names(await demandGit(['ls-files', '-z', '--stage', '--', ...all], git), 'bytes');
  const submodules = await filterAsync(entries.filter(isGitlink).map(pathOf), (path) =>
    exists(join(git.cwd, path, '.git')),
  );
  const own = entries.filter((entry) => !(isGitlink(entry) && submodules.includes(pathOf(entry))));
  return {
    entries: own.map((entry) => `${entry}\0`).join(''),
    repositories: [...strangers.map((name) => name.slice(0, -1)), ...submodules].toSorted(),
  };
}

/** Relative to the top; those that git ignores apart, for it adds them only by force. */
async function listedPaths({ cwd, paths }: SelectionOptions, git: GitOptions) {
  if (paths.length === 0) return { listed: [''], ignored: [] };
  const here = realpathSync(cwd);
  const inside = paths.map((path) => relative(git.cwd, resolve(here, path)));
  if (inside.some(leadsOut)) {
    const message = `A listed path lies outside the repository ${git.cwd}; list files inside it with --paths.`;
    throw new PerdureError('invalid_input', message);
  }
  const wanted = await filterAsync(inside, (path) => exists(join(git.cwd, path)));
  if (wanted.length === 0) {
    throw new PerdureError('invalid_input', noneExists(cwd));
  }
  // The dot keeps a leading colon from being taken for pathspec magic. Exit code 1 only says that none is ignored.
  const input = Buffer.from(wanted.map((path) => `./${path}\0`).join(''));
  const answer = await askGit(['check-ignore', '-z', '--stdin'], { ...git, input });
  const ignored = new Set(names(answer.stdout).map((path) => path.slice('./'.length)));
  return { listed: wanted.filter((path) => !ignored.has(path)), ignored: wanted.filter((path) => ignored.has(path)) };
}

/** Nothing to be about: most likely a slip of the pen. */
export function noneExists(cwd: string): string {
  return `None of the listed paths exists in ${cwd}; name files that are there with --paths.`;
}

/** Makes git look at files that it was told to overlook. */
async function liftMarks(git: GitOptions): Promise<void> {
  const tracked = names(await demandGit(['ls-files', '-z', '-v'], git), 'bytes').map((line) => ({
    mark: line.slice(0, 1),
    path: line.slice(2),
  }));
  const assumed = tracked.filter(({ mark }) => mark !== mark.toUpperCase());
  const skipped = tracked.filter(({ mark }) => mark.toUpperCase() === 'S');
  // One that a sparse checkout left out is not there; one that is there was marked by hand.
  const present = await filterAsync(skipped, ({ path }) => exists(join(git.cwd, utf8(path))));
  await lift('--no-assume-unchanged', assumed);
  await lift('--no-skip-worktree', present);

  async function lift(flag: string, marked: readonly { readonly path: string }[]): Promise<void> {
    if (marked.length === 0) return;
    const input = Buffer.from(marked.map(({ path }) => `${path}\0`).join(''), 'latin1');
    await demandGit(['update-index', flag, '-z', '--stdin'], { ...git, input });
  }
}

/**
 * State roots anywhere, and the folders that the caller names. A pattern, since git complains of a plain path that it
 * ignores anyway.
 */
function excluded({ exclude }: SelectionOptions, top: string): readonly string[] {
  const folders = exclude.map((folder) => relative(top, folder)).filter((path) => path !== '' && !leadsOut(path));
  const patterns = folders.map((path) => path.replaceAll(/[\\*?[\]]/g, String.raw`\$&`));
  return ['**/.perdure', ...patterns].map((pattern) => `:(exclude,top,glob)${pattern}/**`);
}

function leadsOut(path: string): boolean {
  return path === '..' || path.startsWith('../') || isAbsolute(path);
}

function only(path: string): string {
  return path === '' ? ':(top)' : `:(top,literal)${path}`;
}

function besides(path: string): string {
  return `:(exclude,top,literal)${path}`;
}

function isGitlink(entry: string): boolean {
  return entry.startsWith('160000 ');
}

function pathOf(entry: string): string {
  return utf8(entry.slice(entry.indexOf('\t') + 1));
}

/** What stands between the zero bytes. */
function names(answer: string, form: 'text' | 'bytes' = 'text'): readonly string[] {
  const parts = answer.split('\0').slice(0, -1);
  return form === 'bytes' ? parts : parts.map(utf8);
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function filterAsync<Item>(
  items: readonly Item[],
  keep: (item: Item) => Promise<boolean>,
): Promise<readonly Item[]> {
  const kept = await Promise.all(items.map(keep));
  return items.filter((_, index) => kept[index]);
}
