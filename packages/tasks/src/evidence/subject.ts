/**
 * What a check is about, as a digest: the state of a git work tree, or of listed files where there is no git. Evidence
 * holds for exactly that state.
 */

import { existsSync } from 'node:fs';
import { isPerdureError, type Evidence } from '@perdure/contract';
import { refuse } from '../core/answers.ts';
import type { Refusal } from '../core/ports.ts';
import { digestFiles } from './file-digest.ts';
import { noneExists } from './git-selection.ts';
import { gitTree } from './git-tree.ts';
import type { Environment } from './secrets.ts';

export type Subject = NonNullable<Evidence['subject']>;

export interface SubjectOptions {
  /** Absolute. */
  readonly cwd: string;
  /** Files and folders, relative to `cwd`; none means all that git does not ignore. */
  readonly paths: readonly string[];
  /** Absolute folders that do not count, besides every `.perdure`: where the state root has another name. */
  readonly exclude?: readonly string[];
  /** The caller's, for git. */
  readonly env?: Environment;
}

export type SubjectAnswer = { readonly kind: 'subject'; readonly subject: Subject } | Refusal;

/** The digest as of now; a refusal where nothing can be said. */
export async function subjectOf(options: SubjectOptions): Promise<SubjectAnswer> {
  const { cwd, paths, exclude = [], env = process.env } = options;
  try {
    if (!existsSync(cwd))
      return refuse('invalid_input', `There is no folder ${cwd}; run the check where its files are.`);
    const tree = await gitTree({ cwd, paths, exclude, env });
    if (tree.kind === 'tree') return subject('git', tree.digest, paths);
    if (paths.length === 0) {
      const why = tree.isGitInstalled ? `${cwd} is in no work tree that git reads` : 'Git is not installed';
      return refuse('invalid_input', `${why}, so nothing says which files the check is about; list them with --paths.`);
    }
    const digest = await digestFiles({ cwd, paths, exclude });
    return digest === undefined ? refuse('invalid_input', noneExists(cwd)) : subject('files', digest, paths);
  } catch (error) {
    if (isPerdureError(error, 'invalid_input')) return refuse('invalid_input', error.message);
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const message = `The files that the check is about cannot be read (${code}); make them readable, or name others with --paths.`;
    return refuse('invalid_input', message);
  }
}

function subject(kind: Subject['kind'], digest: string, paths: readonly string[]): SubjectAnswer {
  return { kind: 'subject', subject: { kind, digest, paths: [...paths] } };
}
