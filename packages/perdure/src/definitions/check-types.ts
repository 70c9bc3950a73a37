/**
 * What the compiler says of files of pipelines and tools, where one lies beside Perdure. What asks of Perdure something
 * that it does not have cannot do what its author thinks, and is a problem; all else may still run, and is a warning.
 */

import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DefinitionNote, DefinitionProblem } from '@perdure/contract';
import { createFile } from '@perdure/home';
import type { CommonOptions } from '../cli/options.ts';
import { say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';

export type TypedKind = Exclude<DefinitionProblem['kind'], 'agent'>;

export interface TypeCheck {
  readonly kind: TypedKind;
  readonly compiler: string;
  /** As in a `tsconfig.json`. */
  readonly settings: object;
}

export interface TypedFiles {
  readonly kind: TypedKind;
  readonly files: readonly string[];
}

export interface TypeFindings {
  readonly problems: readonly DefinitionProblem[];
  readonly notes: readonly DefinitionNote[];
}

/** A person is told where nothing could be looked at. */
export async function checkTypes(rim: Rim, options: CommonOptions, typed: TypedFiles): Promise<TypeFindings> {
  const { kind, files } = typed;
  const none: TypeFindings = { problems: [], notes: [] };
  if (files.length === 0) return none;
  const { findCompiler, typeSettings } = await import('@perdure/worker/definitions');
  const compiler = findCompiler();
  const found =
    compiler === undefined ? undefined : await typeFindings(files, { kind, compiler, settings: typeSettings() });
  if (found === undefined && options.json !== true) {
    say(rim, '(types were not checked: there is no TypeScript beside this Perdure)');
  }
  return found ?? none;
}

/** Undefined where the compiler could not be run to its end. */
export async function typeFindings(
  files: readonly string[],
  { kind, compiler, settings }: TypeCheck,
): Promise<TypeFindings | undefined> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-types-')));
  try {
    createFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...settings, files }));
    const said = await compile(compiler, folder);
    return said === undefined ? undefined : readFindings(said, { kind, folder, files });
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
  { kind, folder, files }: TypedFiles & { readonly folder: string },
): TypeFindings {
  const found = said.split('\n').flatMap((text): DefinitionProblem[] => {
    const [, path = '', line = '', message = ''] = /^(.+?)\((\d+),\d+\): error TS\d+: (.*)$/.exec(text) ?? [];
    const file = resolve(folder, path);
    if (path === '' || !files.includes(file)) return [];
    return [{ kind, file, line: Number(line), message }];
  });
  return {
    problems: found.filter(isFatal),
    notes: found.filter((finding) => !isFatal(finding)).map((finding) => ({ ...finding, severity: 'warning' })),
  };
}

/** What Perdure is asked for, or given, and does not know. */
const ours = [
  'DurableContext',
  'StepAttempt',
  'ToolCall',
  '(?:Agent|ChildRun|Human|Map|Review|Step|Tool)Options',
  'RetryPolicy',
  'Budget',
  '(?:Pipeline|Tool)Definition',
].join('|');
const unknownMember = new RegExp(`does not exist (?:on|in) type '(?:${ours})\\b`);

function isFatal({ message }: DefinitionProblem): boolean {
  return unknownMember.test(message);
}
