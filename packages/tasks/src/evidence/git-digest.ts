/**
 * The digest of the files that git sees below a folder, made without running anything of the repository, and without
 * writing.
 *
 * Surprises: repositories inside (submodules or not) count with the files that git sees in them; marks that make git
 * overlook edits (`assume-unchanged`, `skip-worktree`) change nothing; a listed path that git ignores counts; so do the
 * rules by which this machine alone leaves files out.
 */

import { realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { addAll, bytesOf, createSum, type FilesDigest, type FilesOptions, type Sum } from './file-digest.ts';
import { listGitFiles, privateRules, type GitFiles } from './git-files.ts';
import { askGit, gitEnvironment, type GitOptions } from './git.ts';
import type { Environment } from './secrets.ts';

export interface GitDigestOptions extends FilesOptions {
  readonly env: Environment;
}

export type GitDigest =
  | ({ readonly kind: 'files'; /** Private rules. */ readonly leftOut: readonly string[] } & FilesDigest)
  /** No git here, or no work tree of a repository that it will read. */
  | { readonly kind: 'no-tree'; readonly isGitInstalled: boolean };

/** @throws PerdureError `invalid_input` in git's words, where it cannot read what is there. */
export async function digestGitFiles(options: GitDigestOptions): Promise<GitDigest> {
  const { cwd } = options;
  const env = gitEnvironment(options.env);
  const { exitCode, stdout } = await askGit(['rev-parse', '--show-toplevel'], { cwd, env });
  const top = Buffer.from(stdout, 'latin1').toString().slice(0, -1);
  // A setting can point the work tree elsewhere, and what lies there says nothing about what lies here.
  if (exitCode !== 0 || !isBelow(realpathSync(cwd), top)) {
    return { kind: 'no-tree', isGitInstalled: exitCode !== null };
  }
  const git = { cwd: top, env };
  const files = await listGitFiles(options, git);
  const sum = createSum();
  const leftOut = await addRepository(sum, { options, git, files, prefix: '' });
  return { kind: 'files', leftOut, ...sum.end() };
}

interface Part {
  readonly options: GitDigestOptions;
  readonly git: GitOptions;
  readonly files: GitFiles;
  /** Where it lies in the whole, with a slash at its end. */
  readonly prefix: string;
}

/** Answers its private rules. */
async function addRepository(sum: Sum, { options, git, files, prefix }: Part): Promise<readonly string[]> {
  const top = bytesOf(git.cwd);
  const rules = await privateRules(git);
  for (const rule of rules) sum.add([prefix, 'rule', rule], '');
  for (const [name, commit] of files.absent) sum.add([prefix + name, 'commit', commit], '');
  const hidden = options.exclude.map((folder) => `${bytesOf(folder)}/`);
  for (const name of files.names) {
    const path = join(top, name);
    if (name.split('/').includes('.perdure') || hidden.some((folder) => path.startsWith(folder))) continue;
    const { kind, content, stamp } = await options.reader.read(path);
    // What git tracks and is gone, or has become a folder, whose files are named on their own.
    if (kind !== 'missing' && kind !== 'folder') sum.add([prefix + name, kind, content], stamp);
  }
  const unknown = files.unknown.map((name) => ({ name: prefix + name, path: join(top, name) }));
  await addAll(sum, unknown, options);
  for (const name of files.repositories) await addInside(sum, { options, git, name, prefix });
  return rules;
}

/** Git is told where that repository lies: it neither goes up to the one around it, nor where a setting points. */
async function addInside(
  sum: Sum,
  { options, git, name, prefix }: Omit<Part, 'files'> & { readonly name: string },
): Promise<void> {
  const folder = join(git.cwd, Buffer.from(name, 'latin1').toString());
  const env = { ...git.env, GIT_DIR: join(folder, '.git'), GIT_WORK_TREE: folder };
  const inside = { cwd: folder, env };
  const root = { name: prefix + name, path: bytesOf(folder) };
  const { exitCode } = await askGit(['rev-parse', '--git-dir'], inside);
  sum.add([root.name, exitCode === 0 ? 'repository' : 'folder', ''], '');
  if (exitCode !== 0) return void (await addAll(sum, [root], options));
  const files = await listGitFiles({ cwd: folder, paths: [] }, inside);
  await addRepository(sum, { options, git: inside, files, prefix: `${root.name}/` });
}

function isBelow(folder: string, top: string): boolean {
  const path = relative(top, folder);
  return path !== '..' && !path.startsWith('../');
}
