/**
 * One schema node, flattened: `$ref` followed, `allOf` merged, one branch of `anyOf` / `oneOf` chosen. What is left has
 * a single meaning that can be filled in. Nodes that this cannot express come out too weak; the check of the finished
 * answer finds them.
 */

import { isRecord, type JsonSchema } from './node.ts';

/**
 * From this depth on the simplest branch is taken and optional members are left out, so that a recursive schema ends.
 */
export const deepAt = 4;
const maxDepth = 40;

/** Thrown for a schema that demands a value without end, or one larger than anybody needs of a demo. */
export class EndlessSchema extends Error {}

export interface NodeContext {
  readonly root: JsonSchema;
  readonly depth: number;
  /** Whether there is something to say here; if not, `null` is preferred where it is allowed. */
  readonly hasFact: boolean;
  /** What may still be looked at, of the whole schema. */
  readonly budget: Budget;
}

/** Steps that are left for one answer. */
export interface Budget {
  left: number;
}

const mostSteps = 200_000;

export const newBudget = (): Budget => ({ left: mostSteps });

/** @throws EndlessSchema when more was asked for than is made */
export function spend(budget: Budget, steps: number): void {
  budget.left -= steps;
  if (!(budget.left >= 0)) throw new EndlessSchema('the schema asks for more than the demo model makes');
}

/** The node without references and alternatives. `true`, `{}` and nonsense are the schema of anything. */
export function resolveNode(node: unknown, context: NodeContext): JsonSchema {
  if (context.depth > maxDepth) throw new EndlessSchema('the schema requires a value of endless depth');
  return resolve(node, context, 0);
}

function resolve(node: unknown, context: NodeContext, hops: number): JsonSchema {
  spend(context.budget, 1);
  if (hops > maxDepth) throw new EndlessSchema('the schema refers to itself without end');
  if (!isRecord(node)) return {};
  const { $ref, allOf, anyOf, oneOf, ...own } = node;
  const parts: JsonSchema[] = [];
  if (typeof $ref === 'string') parts.push(resolve(follow(context.root, $ref), context, hops + 1));
  if (Array.isArray(allOf)) parts.push(...allOf.map((part) => resolve(part, context, hops + 1)));
  for (const branches of [anyOf, oneOf]) {
    if (Array.isArray(branches)) parts.push(resolve(chooseBranch(branches, context), context, hops + 1));
  }
  return [own, ...parts].reduce((merged, part) => merge(merged, part));
}

/** What a reference inside the document points to: `#`, `#/$defs/name`. */
function follow(root: JsonSchema, reference: string): unknown {
  const names = reference.replace(/^#\/?/, '').split('/').filter(Boolean);
  return names.reduce<unknown>((node, name) => {
    const key = decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined;
  }, root);
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const record = (value: unknown): JsonSchema => (isRecord(value) ? value : {});

/** Later limits win; members and what is required add up. */
function merge(a: JsonSchema, b: JsonSchema): JsonSchema {
  return {
    ...a,
    ...b,
    properties: { ...record(a['properties']), ...record(b['properties']) },
    required: [...list(a['required']), ...list(b['required'])],
  };
}

const isNull = (branch: unknown) => isRecord(branch) && branch['type'] === 'null';
const isSimple = (branch: unknown) => isRecord(branch) && !('$ref' in branch) && branch['type'] !== 'object';

function chooseBranch(branches: readonly unknown[], { depth, hasFact }: NodeContext): unknown {
  const nullBranch = branches.find(isNull);
  if (nullBranch !== undefined && (!hasFact || depth >= deepAt)) return nullBranch;
  const simple = depth >= deepAt ? branches.find(isSimple) : undefined;
  return simple ?? branches.find((branch) => !isNull(branch)) ?? nullBranch;
}

const types = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const;
export type NodeType = (typeof types)[number];

/** The one type a resolved node is filled as; undefined where it says nothing. */
export function nodeType(node: JsonSchema, options: { readonly hasFact: boolean }): NodeType | undefined {
  const named = Array.isArray(node['type']) ? node['type'] : [node['type']];
  const allowed = types.filter((type) => named.includes(type));
  if (allowed.includes('null') && !options.hasFact) return 'null';
  if (allowed[0] !== undefined) return allowed[0];
  if (isRecord(node['properties']) && Object.keys(node['properties']).length > 0) return 'object';
  return 'items' in node || 'prefixItems' in node ? 'array' : undefined;
}
