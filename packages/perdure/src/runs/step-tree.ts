/** The steps of a run as a tree: each below the one it is a part of, in the order in which they were begun. Pure. */

import type { Step } from '@perdure/contract';

export interface StepNode {
  readonly step: Step;
  /** Its key within that of the node above. */
  readonly name: string;
  readonly parts: readonly StepNode[];
}

interface Growing extends StepNode {
  readonly parts: Growing[];
}

/** Between two steps of the record there may be a scope that is no step, such as a round of a review. */
export function stepTree(steps: readonly Step[]): readonly StepNode[] {
  const nodes = new Map<string, Growing>(steps.map((step) => [step.key, { step, name: step.key, parts: [] }]));
  const roots: Growing[] = [];
  for (const { step } of nodes.values()) {
    const above = scopesOf(step.key).find((key) => nodes.has(key));
    const name = above === undefined ? step.key : step.key.slice(above.length + 1);
    const node = { ...nodes.get(step.key)!, name };
    (above === undefined ? roots : nodes.get(above)!.parts).push(node);
  }
  return inOrder(roots);
}

/** The keys that `key` lies in, the nearest first. */
function scopesOf(key: string): readonly string[] {
  const names = key.split('/');
  return names.slice(1).map((_, at) => names.slice(0, names.length - 1 - at).join('/'));
}

/** One that was begun anew, as by a retry, stays where its first part was. */
function inOrder(nodes: readonly StepNode[]): readonly StepNode[] {
  return nodes
    .map((node) => ({ ...node, parts: inOrder(node.parts) }))
    .toSorted((one, other) => firstSeq(one) - firstSeq(other));
}

function firstSeq({ step, parts }: StepNode): number {
  return Math.min(step.seq, ...parts.map(firstSeq));
}

/** When the first part of it began: an agent that was retried kept its turns. */
export function beginningOf({ step, parts }: StepNode): number {
  return Math.min(Date.parse(step.startedAt), ...parts.map(beginningOf));
}
