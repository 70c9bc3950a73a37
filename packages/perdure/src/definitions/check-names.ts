/** Whether the agents, tools and pipelines that the files of pipelines name are there. */

import { readFile } from 'node:fs/promises';
import type { DefinitionProblem } from '@perdure/contract';
import { namesInCode, type NamedKind } from './names-in-code.ts';

/** What there is of each kind, refused files included: those are told where they are refused. */
export type KnownNames = Readonly<Record<NamedKind, ReadonlySet<string>>>;

export async function nameProblems(files: readonly string[], known: KnownNames): Promise<readonly DefinitionProblem[]> {
  const found = await Promise.all(files.map(async (file) => problemsIn(file, await readFile(file, 'utf8'), known)));
  return found.flat();
}

function problemsIn(file: string, source: string, known: KnownNames): readonly DefinitionProblem[] {
  return namesInCode(source)
    .filter(({ kind, name }) => !known[kind].has(name))
    .map(({ kind, name, line }) => {
      const names = [...known[kind]].toSorted().join(', ');
      return { kind: 'pipeline', file, line, message: `there is no ${kind} "${name}"; known are ${names}.` };
    });
}
