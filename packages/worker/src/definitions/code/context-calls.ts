/**
 * The calls on a durable context in the file of a pipeline. It looks only at what is surely such a call, and says
 * nothing about what is computed. Pure.
 */

import type { DurableContext } from '@perdure/contract';
import type { Function as FunctionNode, Node, Program } from '@babel/types';
import { nameOf, nodesIn, withoutTypes, type PlacedNode } from './source-code.ts';

export type ContextMethod = Exclude<keyof DurableContext, 'runId' | 'log'>;

export interface ContextCall extends PlacedNode {
  /** The name of the context, as in this function. */
  readonly context: string;
  readonly method: ContextMethod;
  /** Up to one that is spread: which is which is not known behind it. */
  readonly args: readonly Node[];
}

const methods: Readonly<Record<ContextMethod, true>> = {
  agent: true,
  tool: true,
  step: true,
  map: true,
  review: true,
  human: true,
  delegate: true,
  run: true,
  sleep: true,
  now: true,
  uuid: true,
};

/** In the order of the text. */
export function contextCalls(program: Program): readonly ContextCall[] {
  return [...nodesIn(program)].flatMap(({ node, around }) => {
    if (node.type !== 'CallExpression') return [];
    const { callee } = node;
    if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier') return [];
    const { object, property } = callee;
    if (!isMethod(property.name) || object.type !== 'Identifier' || !isContext(object.name, around)) return [];
    const spread = node.arguments.findIndex(({ type }) => type === 'SpreadElement');
    const args = spread < 0 ? node.arguments : node.arguments.slice(0, spread);
    return [{ node, around, context: object.name, method: property.name, args }];
  });
}

function isMethod(name: string): name is ContextMethod {
  return Object.hasOwn(methods, name);
}

/**
 * What holds a durable context: the first parameter of `run`, what is typed as one, what the functions given to `map`
 * and `redo` call their own, and whatever is called `ctx`.
 */
function isContext(name: string, around: readonly Node[]): boolean {
  if (name === 'ctx') return true;
  for (const [index, node] of around.entries()) {
    if (!isFunction(node)) continue;
    const at = node.params.findIndex((param) => param.type === 'Identifier' && param.name === name);
    if (at >= 0) return isContextParameter(node, { at, outer: around[index + 1] });
  }
  return false;
}

function isContextParameter(
  node: FunctionNode,
  { at, outer }: { readonly at: number; readonly outer: Node | undefined },
): boolean {
  if (isTypedAsContext(node.params[at])) return true;
  const member = nameOf(node) ?? (outer && nameOf(outer));
  if (member === 'run') return at === 0;
  if (member === 'redo') return at === 1;
  return at === 1 && outer?.type === 'CallExpression' && outer.arguments[1] === node && isCalledMap(outer.callee);
}

function isTypedAsContext(parameter: Node | undefined): boolean {
  if (parameter?.type !== 'Identifier' || parameter.typeAnnotation?.type !== 'TSTypeAnnotation') return false;
  const { typeAnnotation: type } = parameter.typeAnnotation;
  return (
    type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && type.typeName.name === 'DurableContext'
  );
}

function isCalledMap(callee: Node): boolean {
  const called = withoutTypes(callee);
  return called.type === 'MemberExpression' && called.property.type === 'Identifier' && called.property.name === 'map';
}

export function isFunction(node: Node): node is FunctionNode {
  switch (node.type) {
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'FunctionDeclaration':
    case 'ObjectMethod':
    case 'ClassMethod':
    case 'ClassPrivateMethod':
      return true;
    default:
      return false;
  }
}
