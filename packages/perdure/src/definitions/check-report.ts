/**
 * The outcome of a check: `file:line message` for each problem and each note, as editors and people read it; exit code
 * 1 where there is a problem.
 */

import { relative } from 'node:path';
import { errorCatalogue, type DefinitionNote, type DefinitionProblem } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';

export interface CheckResult {
  readonly noun: 'agent' | 'pipeline' | 'tool';
  readonly folder: string;
  /** What was found in order. */
  readonly names: readonly string[];
  readonly problems: readonly DefinitionProblem[];
  /** Of what is in order. */
  readonly notes?: readonly DefinitionNote[];
}

export function reportCheck(rim: Rim, options: CommonOptions, result: CheckResult): number {
  const { names, problems, notes = [] } = result;
  const lineOf = (problem: DefinitionProblem, severity = '') => problemLine(rim.cwd, { problem, severity });
  printData(rim, options, { ok: problems.length === 0, names, problems, notes }, () =>
    [
      ...problems.map((problem) => lineOf(problem)),
      ...notes.map((note) => lineOf(note, `${note.severity}: `)),
      summary(result),
    ].join('\n'),
  );
  return problems.length === 0 ? 0 : errorCatalogue.definition_invalid.exitCode;
}

interface ShownProblem {
  readonly problem: DefinitionProblem;
  /** Goes before the message. */
  readonly severity: string;
}

function problemLine(cwd: string, { problem, severity }: ShownProblem): string {
  const { file, line, message } = problem;
  const place = `${relative(cwd, file)}${line === undefined ? '' : `:${line}`}`;
  // Most messages begin with the place already, by its full path.
  const given = `${file}${line === undefined ? '' : `:${line}`}: `;
  return `${place}: ${severity}${message.startsWith(given) ? message.slice(given.length) : message}`;
}

function summary({ noun, folder, names, problems }: CheckResult): string {
  if (names.length === 0 && problems.length === 0) return `No ${noun}s in ${folder}.`;
  if (problems.length === 0)
    return `${names.length} ${noun}${names.length === 1 ? '' : 's'} in order: ${names.join(', ')}`;
  return `${problems.length} problem${problems.length === 1 ? '' : 's'}.`;
}
