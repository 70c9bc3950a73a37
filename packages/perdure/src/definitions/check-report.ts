/**
 * The outcome of a check: `file:line message` for each problem, as editors and people read it; exit code 1 where there
 * is one.
 */

import { relative } from 'node:path';
import { errorCatalogue, type DefinitionProblem } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';

export interface CheckResult {
  readonly noun: 'agent' | 'pipeline' | 'tool';
  readonly folder: string;
  /** What was found in order. */
  readonly names: readonly string[];
  readonly problems: readonly DefinitionProblem[];
}

export function reportCheck(rim: Rim, options: CommonOptions, result: CheckResult): number {
  const { names, problems } = result;
  printData(rim, options, { ok: problems.length === 0, names, problems }, () =>
    [...problems.map((problem) => problemLine(rim.cwd, problem)), summary(result)].join('\n'),
  );
  return problems.length === 0 ? 0 : errorCatalogue.definition_invalid.exitCode;
}

function problemLine(cwd: string, problem: DefinitionProblem): string {
  const file = relative(cwd, problem.file);
  // Most messages begin with the place already, by its full path.
  if (problem.message.startsWith(problem.file)) return `${file}${problem.message.slice(problem.file.length)}`;
  return `${file}${problem.line === undefined ? '' : `:${problem.line}`}: ${problem.message}`;
}

function summary({ noun, folder, names, problems }: CheckResult): string {
  if (names.length === 0 && problems.length === 0) return `No ${noun}s in ${folder}.`;
  if (problems.length === 0)
    return `${names.length} ${noun}${names.length === 1 ? '' : 's'} in order: ${names.join(', ')}`;
  return `${problems.length} problem${problems.length === 1 ? '' : 's'}.`;
}
