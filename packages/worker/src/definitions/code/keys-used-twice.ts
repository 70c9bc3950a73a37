/**
 * Calls of one context with one key that are surely both made: they lie in one block of one function, and neither hangs
 * on a condition. What may be either this or that is left to the run, which names both places. Pure.
 */

import type { Node } from '@babel/types';
import { isFunction } from './context-calls.ts';
import type { KeyedCall } from './keyed-call.ts';
import type { PlacedNode } from './source-code.ts';

export interface KeyUsedTwice {
  readonly call: KeyedCall;
  readonly first: KeyedCall;
}

export function keysUsedTwice(calls: readonly KeyedCall[]): readonly KeyUsedTwice[] {
  const blocks = new Map<Node, Map<string, Met>>();
  return calls.flatMap((call) => {
    const place = placeOf(call);
    if (place === undefined) return [];
    const met = blocks.get(place.block) ?? new Map<string, Met>();
    blocks.set(place.block, met);
    const name = `${call.context} ${call.key}`;
    const before = met.get(name);
    if (before === undefined) met.set(name, { call, endsBlock: place.endsBlock });
    return before === undefined || before.endsBlock ? [] : [{ call, first: before.call }];
  });
}

interface Met {
  readonly call: KeyedCall;
  readonly endsBlock: boolean;
}

interface CallPlace {
  /** The block, or the function of one expression, that it lies in. */
  readonly block: Node;
  /** Whether nothing behind it is reached. */
  readonly endsBlock: boolean;
}

/** Undefined of a call that is not made each time its block is gone through to it. */
function placeOf({ node, around }: PlacedNode): CallPlace | undefined {
  let child = node;
  let endsBlock = false;
  for (const parent of around) {
    if (isFunction(parent) || parent.type === 'BlockStatement' || parent.type === 'Program')
      return { block: parent, endsBlock };
    if (hangsOn(parent, child)) return undefined;
    if (parent.type === 'ReturnStatement' || parent.type === 'ThrowStatement') endsBlock = true;
    child = parent;
  }
  return undefined;
}

/** Whether `child` is done by `parent` only sometimes, or more than once. */
function hangsOn(parent: Node, child: Node): boolean {
  switch (parent.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return parent.test !== child;
    case 'LogicalExpression':
    case 'AssignmentPattern':
      return parent.right === child;
    case 'ForStatement':
      return parent.init !== child;
    case 'ForOfStatement':
    case 'ForInStatement':
      return parent.right !== child;
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'SwitchCase':
    case 'OptionalCallExpression':
    case 'OptionalMemberExpression':
      return true;
    default:
      return false;
  }
}
