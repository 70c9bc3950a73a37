/**
 * Which files git sees: those it tracks and those it does not ignore. Git only names them; what is in them is read by
 * us (`git-digest.ts`), so that neither a filter nor a setting of the repository comes in between, nothing of it is
 * run, and nothing is written or copied.
 */

import { realpathSync } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { askGit, demandGit, type GitOptions } from './git.ts';

export interface ListOptions {
  /** In the work tree. */
  readonly cwd: string;
  /** Relative to `cwd`; none means the whole work tree. */
  readonly paths: readonly string[];
}

/** Names are bytes as characters, relative to the top of the work tree. */
export interface GitFiles {
  readonly names: readonly string[];
  /** Listed paths of which git knows nothing, as one inside of another repository. */
  readonly unknown: readonly string[];
  /** Folders that are work trees of other repositories, submodules or not. */
  readonly repositories: readonly string[];
  /** Submodules that are not here, by the commit that should be. */
  readonly absent: readonly (readonly [name: string, commit: string])[];
}

/** `git.cwd` is the top of the work tree. */
export async function listGitFiles(options: ListOptions, git: GitOptions): Promise<GitFiles> {
  const { listed, ignored } = await listedPaths(options, git);
  const specs = [...listed, ...ignored].map(only);
  // Tracked files are named whatever marks make git overlook their edits.
  const tracked = fields(await demandGit(['ls-files', '-z', '--stage', '--', ...specs], git)).map(parseStaged);
  const others = await untracked(['--exclude-standard'], listed, git);
  const forced = await untracked([], ignored, git);
  const links = new Map(tracked.filter(({ mode }) => mode === '160000').map(({ name, id }) => [name, id]));
  const present = new Set(await filterAsync([...links.keys()], (name) => exists(join(git.cwd, utf8(name), '.git'))));
  const strangers = [...others, ...forced].filter(isFolder).map((name) => name.slice(0, -1));
  const repositories = new Set([...strangers, ...present]);
  const names = new Set([
    ...tracked.filter(({ mode }) => mode !== '160000').map(({ name }) => name),
    ...[...others, ...forced].filter((name) => !isFolder(name)),
  ]);
  const all = [...names, ...repositories, ...links.keys()];
  const wanted = [...listed, ...ignored].filter((path) => path !== '').map(bytes);
  return {
    names: [...names].toSorted(),
    unknown: wanted.filter((path) => !all.some((name) => name === path || name.startsWith(`${path}/`))).toSorted(),
    repositories: [...repositories].toSorted(),
    absent: [...links].filter(([name]) => !present.has(name)),
  };
}

function isFolder(name: string): boolean {
  return name.endsWith('/');
}

/** A repository inside is named like a folder, with a slash at its end. */
async function untracked(
  how: readonly string[],
  paths: readonly string[],
  git: GitOptions,
): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  return fields(await demandGit(['ls-files', '-z', '--others', ...how, '--', ...paths.map(only)], git));
}

/** Relative to the top; those that git ignores apart, for it names them only without its rules. */
async function listedPaths({ cwd, paths }: ListOptions, git: GitOptions) {
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
  const ignored = new Set(fields(answer.stdout).map((path) => utf8(path).slice('./'.length)));
  return { listed: wanted.filter((path) => !ignored.has(path)), ignored: wanted.filter((path) => ignored.has(path)) };
}

/** Nothing to be about: most likely a slip of the pen. */
export function noneExists(cwd: string): string {
  return `None of the listed paths exists in ${cwd}; name files that are there with --paths.`;
}

/**
 * Rules that leave files out and are no part of the work tree: of this clone (`.git/info/exclude`) and of this account.
 * A new one hides new files, so they count as if they were a file.
 */
export async function privateRules(git: GitOptions): Promise<readonly string[]> {
  const [own, named] = await Promise.all([
    demandGit(['rev-parse', '--git-path', 'info/exclude'], git),
    askGit(['config', '--path', '--get', 'core.excludesFile'], git),
  ]);
  const { HOME, XDG_CONFIG_HOME } = git.env;
  const settings = XDG_CONFIG_HOME || (HOME && join(HOME, '.config'));
  const usual = settings ? [join(settings, 'git', 'ignore')] : [];
  const files = [utf8(own).slice(0, -1), ...(named.exitCode === 0 ? [utf8(named.stdout).slice(0, -1)] : usual)];
  const texts = await Promise.all(files.map((file) => readFile(resolve(git.cwd, file), 'latin1').catch(() => '')));
  return texts.flatMap((text) => text.split(/\r?\n/)).filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

function leadsOut(path: string): boolean {
  return path === '..' || path.startsWith('../') || isAbsolute(path);
}

function only(path: string): string {
  return path === '' ? ':(top)' : `:(top,literal)${path}`;
}

function parseStaged(line: string) {
  const [mode = '', id = ''] = line.split(' ', 2);
  return { mode, id, name: line.slice(line.indexOf('\t') + 1) };
}

/** What stands between the zero bytes. */
function fields(answer: string): readonly string[] {
  return answer.split('\0').slice(0, -1);
}

function utf8(text: string): string {
  return Buffer.from(text, 'latin1').toString();
}

function bytes(text: string): string {
  return Buffer.from(text).toString('latin1');
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
