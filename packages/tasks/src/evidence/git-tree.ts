/**
 * The id of the tree that git would commit if everything were added now, made without touching the repository: the
 * index is a copy, new objects go to a temporary folder. The copy keeps git's knowledge of unchanged files, so only
 * what changed is read.
 *
 * Surprises: repositories inside (submodules or not) count with their contents, so the digest is then that of the tree
 * and of theirs; marks that make git overlook edits (`assume-unchanged`, `skip-worktree`) are lifted in the copy; a
 * listed path that git ignores counts.
 */

import { copyFile, mkdir, mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { askGit, demandGit, gitEnvironment, type GitOptions } from './git.ts';
import { selectFiles } from './git-selection.ts';
import { sha256 } from '../core/sha256.ts';
import type { Environment } from './secrets.ts';

export interface TreeOptions {
  readonly cwd: string;
  /** Relative to `cwd`; none means the whole work tree. */
  readonly paths: readonly string[];
  /** Absolute folders that do not count. */
  readonly exclude: readonly string[];
  readonly env: Environment;
}

export type GitTree =
  | { readonly kind: 'tree'; readonly digest: string }
  /** No git here, or no work tree of a repository that it will read. */
  | { readonly kind: 'no-tree'; readonly isGitInstalled: boolean };

/**
 * The digest of what git sees below `cwd`. @throws PerdureError `invalid_input` in git's words, where it cannot read
 * what is there.
 */
export async function gitTree(options: TreeOptions): Promise<GitTree> {
  const { cwd } = options;
  const env = gitEnvironment(options.env);
  // One question each: a path may hold a newline, so several answers could not be told apart.
  const questions = [['--show-toplevel'], ['--git-path', 'index'], ['--git-path', 'objects']];
  const answers = await Promise.all(questions.map((args) => askGit(['rev-parse', ...args], { cwd, env })));
  const failed = answers.find(({ exitCode }) => exitCode !== 0);
  if (failed !== undefined) return { kind: 'no-tree', isGitInstalled: failed.exitCode !== null };
  const [top = '', index = '', objects = ''] = answers.map(({ stdout }) => resolve(cwd, utf8(stdout).slice(0, -1)));

  const temp = await mkdtemp(join(tmpdir(), 'perdure-tree-'));
  try {
    await mkdir(join(temp, 'objects'));
    await copyIndex(index, join(temp, 'index'));
    const apart = {
      ...env,
      GIT_INDEX_FILE: join(temp, 'index'),
      GIT_OBJECT_DIRECTORY: join(temp, 'objects'),
      // Quoted, since a colon would begin another folder.
      GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(objects),
    };
    return { kind: 'tree', digest: await digestOf(options, { cwd: top, env: apart }, join(temp, 'selection')) };
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}

async function digestOf(options: TreeOptions, git: GitOptions, selectionIndex: string): Promise<string> {
  const { entries, repositories } = await selectFiles(options, git);
  const selection = { cwd: git.cwd, env: { ...git.env, GIT_INDEX_FILE: selectionIndex } };
  await demandGit(['update-index', '-z', '--index-info'], { ...selection, input: Buffer.from(entries, 'latin1') });
  const tree = (await demandGit(['write-tree', '--missing-ok'], selection)).trim();
  if (repositories.length === 0) return tree;
  const parts = [tree];
  for (const path of repositories) {
    const inside = await gitTree({ ...options, cwd: join(git.cwd, path), paths: [] });
    parts.push(JSON.stringify([path, inside]));
  }
  return sha256(parts.join('\n'));
}

/** A repository that never had anything added has no index. */
async function copyIndex(from: string, to: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(from);
    await copyFile(from, to);
    // Git reads anew what changed no earlier than its index: a copy that looked younger would hide an edit made in
    // between.
    const seconds = Math.floor(mtimeMs / 1000);
    await utimes(to, seconds, seconds);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}
