/**
 * What a check is about, as a digest: the files that git sees in a work tree, or listed files where there is no git.
 * Evidence holds for exactly that state of them.
 */

import { existsSync } from 'node:fs';
import { isPerdureError, type Evidence } from '@perdure/contract';
import { refuse } from '../core/answers.ts';
import type { Refusal } from '../core/ports.ts';
import { digestFiles, type FileStates } from './file-digest.ts';
import { createEntryReader, type EntryReader } from './file-entries.ts';
import { digestGitFiles } from './git-digest.ts';
import { noneExists } from './git-files.ts';
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
  /** One that has read some of the files already need not read them again. */
  readonly reader?: EntryReader;
}

export type SubjectAnswer =
  | {
      readonly kind: 'subject';
      readonly subject: Subject;
      /** Another one after a file was written, also where it is as it was. Means nothing to another process. */
      readonly stamp: string;
      /** By which two looks are compared; absent for who does not. */
      readonly files?: FileStates;
    }
  | Refusal;

/** The digest as of now; a refusal where nothing can be said. */
export async function subjectOf(options: SubjectOptions): Promise<SubjectAnswer> {
  const { cwd, paths, exclude = [], env = process.env, reader = createEntryReader() } = options;
  try {
    if (!existsSync(cwd))
      return refuse('invalid_input', `There is no folder ${cwd}; run the check where its files are.`);
    const tree = await digestGitFiles({ cwd, paths, exclude, env, reader });
    if (tree.kind === 'files') {
      const { digest, stamp, files, leftOut } = tree;
      const rules = leftOut.length === 0 ? {} : { left_out: leftOut.slice(0, mostRules).map(short) };
      return { kind: 'subject', subject: { kind: 'git', digest, paths: [...paths], ...rules }, stamp, files };
    }
    if (paths.length === 0) {
      const why = tree.isGitInstalled ? `${cwd} is in no work tree that git reads` : 'Git is not installed';
      return refuse('invalid_input', `${why}, so nothing says which files the check is about; list them with --paths.`);
    }
    const found = await digestFiles({ cwd, paths, exclude, reader });
    if (found === undefined) return refuse('invalid_input', noneExists(cwd));
    const { digest, stamp, files } = found;
    return { kind: 'subject', subject: { kind: 'files', digest, paths: [...paths] }, stamp, files };
  } catch (error) {
    if (isPerdureError(error, 'invalid_input')) return refuse('invalid_input', error.message);
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    const message = `The files that the check is about cannot be read (${code}); make them readable, or name others with --paths.`;
    return refuse('invalid_input', message);
  }
}

/** Of the rules that are kept to be seen; all of them count. */
const mostRules = 20;
const longestRule = 100;

function short(rule: string): string {
  return Buffer.from(rule, 'latin1').toString().slice(0, longestRule);
}
