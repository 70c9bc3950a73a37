/**
 * The agents, tools and pipelines that the file of a pipeline names by literals. It looks only at what is surely a call
 * on a durable context, and says nothing about names that are computed. Pure.
 */

import { contextCalls, lineAt, readCode } from '@perdure/worker/definitions';

export type NamedKind = 'agent' | 'tool' | 'pipeline';

export interface NamedInCode {
  readonly kind: NamedKind;
  readonly name: string;
  /** From 1. */
  readonly line: number;
}

const kinds: Readonly<Partial<Record<string, NamedKind>>> = { agent: 'agent', tool: 'tool', run: 'pipeline' };

/** In the order of the text. */
export function namesInCode(source: string): readonly NamedInCode[] {
  const read = readCode(source);
  if (read === undefined) return [];
  const called = contextCalls(read).map(({ method, at, args: [first] }) => ({
    at,
    kind: kinds[method],
    name: first?.text,
  }));
  const reviewing = [...read.code.matchAll(/(?<![\w$.])reviewer\s*:\s*(['"])( *)\1/g)].map(
    ({ 0: text, 2: name, index }) => {
      const end = index + text.length - 1;
      return { at: index, kind: 'agent' as const, name: source.slice(end - (name?.length ?? 0), end) };
    },
  );
  return [...called, ...reviewing]
    .toSorted((one, other) => one.at - other.at)
    .flatMap(({ at, kind, name }) =>
      kind !== undefined && name !== undefined && /^[\w-]+$/.test(name) ? [{ kind, name, line: lineAt(read, at) }] : [],
    );
}
