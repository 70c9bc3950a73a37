/**
 * What the compiler says of files of pipelines, where one lies beside Perdure. A member that `ctx` does not have cannot
 * run and is a problem; all else may still run, and is a warning.
 */

import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DefinitionNote, DefinitionProblem } from '@perdure/contract';
import { createFile } from '@perdure/home';

export interface TypeCheck {
  readonly compiler: string;
  /** As in a `tsconfig.json`. */
  readonly settings: object;
}

export interface TypeFindings {
  readonly problems: readonly DefinitionProblem[];
  readonly notes: readonly DefinitionNote[];
}

/** Undefined where the compiler could not be run to its end. */
export async function typeFindings(
  files: readonly string[],
  { compiler, settings }: TypeCheck,
): Promise<TypeFindings | undefined> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-types-')));
  try {
    createFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...settings, files }));
    const said = await compile(compiler, folder);
    return said === undefined ? undefined : readFindings(said, { folder, files });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What it prints: nothing where all is well. A compiler that was killed, or fails itself, has said nothing. */
async function compile(compiler: string, folder: string): Promise<string | undefined> {
  const maxBuffer = 16 * 1024 * 1024;
  return await new Promise((done) => {
    execFile(
      process.execPath,
      [compiler, '-p', folder, '--pretty', 'false'],
      { cwd: folder, maxBuffer },
      (error, out) => done(error === null || out !== '' ? out : undefined),
    );
  });
}

/** Lines like `../pipelines/x.ts(4,7): error TS2339: …`; what goes on in further, indented lines is left out. Pure. */
export function readFindings(
  said: string,
  { folder, files }: { readonly folder: string; readonly files: readonly string[] },
): TypeFindings {
  const found = said.split('\n').flatMap((text): DefinitionProblem[] => {
    const [, path = '', line = '', message = ''] = /^(.+?)\((\d+),\d+\): error TS\d+: (.*)$/.exec(text) ?? [];
    const file = resolve(folder, path);
    if (path === '' || !files.includes(file)) return [];
    return [{ kind: 'pipeline', file, line: Number(line), message }];
  });
  return {
    problems: found.filter(isFatal),
    notes: found.filter((finding) => !isFatal(finding)).map((finding) => ({ ...finding, severity: 'warning' })),
  };
}

function isFatal({ message }: DefinitionProblem): boolean {
  return / does not exist on type 'DurableContext'/.test(message);
}
