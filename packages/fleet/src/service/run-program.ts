/** A program of the system, asked for one thing. Its arguments are words of a list; no shell reads them. */

import { execFile } from 'node:child_process';

export interface Ran {
  /** Undefined: it could not be run, or did not end in time. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export type RunProgram = (program: string, words: readonly string[], options: RunOptions) => Promise<Ran>;

/** Never rejects. */
export const runProgram: RunProgram = (program, words, { env, timeoutMs = 60_000 }) =>
  new Promise((resolve) => {
    execFile(program, [...words], { env, timeout: timeoutMs, cwd: '/' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
      resolve({ code, stdout, stderr: stderr === '' && error !== null && code === undefined ? error.message : stderr });
    });
  });

const firstCharacters = 100;
const lastCharacters = 300;

/** What it said of its failure, short and in one line: with its end, before which a program tells of other things. */
export function saidOf({ stdout, stderr }: Ran): string {
  const text = (stderr.trim() === '' ? stdout : stderr).replaceAll(/\s+/g, ' ').trim();
  if (text === '') return 'it said nothing';
  if (text.length <= firstCharacters + lastCharacters) return text;
  return `${text.slice(0, firstCharacters)} … ${text.slice(-lastCharacters)}`;
}
