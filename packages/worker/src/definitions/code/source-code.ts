/** The code of a file as a tree, and the way through it. Pure. */

import { parse } from '@babel/parser';
import type { Node, Program } from '@babel/types';

/** Undefined of what cannot be read: who loads the file says why. */
export function readCode(source: string): Program | undefined {
  try {
    return parse(source, { sourceType: 'module', plugins: ['typescript'] }).program;
  } catch {
    return undefined;
  }
}

/** A node and what it lies in, the nearest first. */
export interface PlacedNode {
  readonly node: Node;
  readonly around: readonly Node[];
}

/** All nodes, in the order of the text. */
export function* nodesIn(node: Node, around: readonly Node[] = []): Generator<PlacedNode> {
  yield { node, around };
  for (const value of Object.values(node)) {
    const children: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const child of children) if (isNode(child)) yield* nodesIn(child, [node, ...around]);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value;
}

/** From 1. */
export function lineOf(node: Node): number {
  return node.loc?.start.line ?? 1;
}

/** What `value as T`, `value satisfies T` and `value!` are about. */
export function withoutTypes(node: Node): Node {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
      return withoutTypes(node.expression);
    default:
      return node;
  }
}

/** What a text without anything computed says. */
export function textOf(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  const value = withoutTypes(node);
  if (value.type === 'StringLiteral') return value.value;
  const isPlain = value.type === 'TemplateLiteral' && value.expressions.length === 0;
  return isPlain ? (value.quasis[0]?.value.cooked ?? undefined) : undefined;
}

export interface Members {
  /** By name, where it stands and what stands behind it; a method stands for itself. */
  readonly named: ReadonlyMap<string, { readonly at: Node; readonly value: Node }>;
  /** Whether all of them are in `named`: none is spread or has a computed name. */
  readonly isWhole: boolean;
}

/** Of an object that is written out. */
export function membersOf(node: Node | undefined): Members | undefined {
  const object = node && withoutTypes(node);
  if (object?.type !== 'ObjectExpression') return undefined;
  const named = object.properties.flatMap((member) => {
    const name = nameOf(member);
    const value = member.type === 'ObjectProperty' ? member.value : member;
    return name === undefined ? [] : [[name, { at: member, value }] as const];
  });
  return { named: new Map(named), isWhole: named.length === object.properties.length };
}

/** The name of a member, where it is written out. */
export function nameOf(member: Node): string | undefined {
  if ((member.type !== 'ObjectProperty' && member.type !== 'ObjectMethod') || member.computed) return undefined;
  return member.key.type === 'Identifier' ? member.key.name : textOf(member.key);
}
