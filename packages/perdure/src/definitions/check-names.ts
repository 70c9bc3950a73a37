/** What the files of pipelines name that is not there: agents, tools and pipelines, and options of calls. */

import { readFile } from 'node:fs/promises';
import type { DefinitionNote, DefinitionProblem } from '@perdure/contract';
import { callMistakes, namesInCode, type NamedKind } from '@perdure/worker/code';
import type { AskedSecret } from './asked-secrets.ts';

/** What there is of each kind, refused files included: those are told where they are refused. */
export type KnownNames = Readonly<Record<NamedKind, ReadonlySet<string>>>;

export async function nameProblems(files: readonly string[], known: KnownNames): Promise<readonly DefinitionProblem[]> {
  const found = await Promise.all(files.map(async (file) => problemsIn(file, await readFile(file, 'utf8'), known)));
  return found.flat();
}

function problemsIn(file: string, source: string, known: KnownNames): readonly DefinitionProblem[] {
  const unknown = namesInCode(source)
    .filter(({ kind, name }) => !known[kind].has(name))
    .map(({ kind, name, line }) => {
      const names = [...known[kind]].toSorted().join(', ');
      return { line, message: `there is no ${kind} "${name}"; known are ${names}.` };
    });
  // What stops a run is told by who loads the file.
  const mistakes = callMistakes(source).flatMap(({ line, why, stopsRun }) =>
    stopsRun ? [] : [{ line, message: `${why}.` }],
  );
  return [...unknown, ...mistakes].map((problem) => ({ kind: 'pipeline', file, ...problem }));
}

/** What the tools that pipelines call ask the vaults for: of each tool where a file calls it first. */
export async function askedNotes(
  files: readonly string[],
  asked: ReadonlyMap<string, readonly AskedSecret[]>,
): Promise<readonly DefinitionNote[]> {
  if (asked.size === 0) return [];
  const found = await Promise.all(
    files.map(async (file) => {
      const called = namesInCode(await readFile(file, 'utf8')).filter(({ kind }) => kind === 'tool');
      const first = called.filter(({ name }, at) => called.findIndex((one) => one.name === name) === at);
      return first.flatMap(({ name, line }) =>
        (asked.get(name) ?? []).map(
          ({ severity, clause }) =>
            ({ kind: 'pipeline', file, line, severity, message: `the tool "${name}" ${clause}` }) as const,
        ),
      );
    }),
  );
  return found.flat();
}
