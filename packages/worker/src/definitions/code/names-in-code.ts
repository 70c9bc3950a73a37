/**
 * The agents, tools and pipelines that the file of a pipeline names by literals. It looks only at what is surely a call
 * on a durable context, and says nothing about names that are computed. Pure.
 */

import { contextCalls } from './context-calls.ts';
import { lineOf, nameOf, nodesIn, readCode, textOf } from './source-code.ts';

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
  const program = readCode(source);
  if (program === undefined) return [];
  const called = contextCalls(program).map(({ node, method, args }) => ({
    node,
    kind: kinds[method],
    name: textOf(args[0]),
  }));
  const reviewing = [...nodesIn(program)].flatMap(({ node }) =>
    node.type === 'ObjectProperty' && nameOf(node) === 'reviewer'
      ? [{ node, kind: 'agent' as const, name: textOf(node.value) }]
      : [],
  );
  return [...called, ...reviewing]
    .toSorted((one, other) => (one.node.start ?? 0) - (other.node.start ?? 0))
    .flatMap(({ node, kind, name }) =>
      kind !== undefined && name !== undefined && /^[\w-]+$/.test(name) ? [{ kind, name, line: lineOf(node) }] : [],
    );
}
