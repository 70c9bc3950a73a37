/** The last step of a conversion: each reference as the place that its target has come to. */

import { isRecord, type SchemaNode as Node } from './findings.ts';
import { referenceTo } from './references.ts';

/**
 * Generators that name the top write it as a reference to a definition; a model server wants to see an object there.
 * `targets`: what each node refers to.
 */
export function inlineRoot(root: Node, targets: Map<Node, Node>): Node {
  let top = root;
  for (const seen = new Set<Node>(); targets.has(top) && !seen.has(top);) {
    seen.add(top);
    const { $ref: _, ...rest } = top;
    const target = targets.get(top) ?? {};
    const next: Node = { ...target, ...rest };
    const behind = targets.get(target);
    if (behind !== undefined) targets.set(next, behind);
    top = next;
  }
  return top;
}

/**
 * Writes each reference in `schema` as the place of its target, and drops definitions that nothing refers to any more.
 * `moved`: what stands for a target in `schema`.
 */
export function writeReferences(schema: Node, targets: ReadonlyMap<Node, Node>, moved: ReadonlyMap<Node, Node>): void {
  const places = placesIn(schema);
  const used = new Set<string>();
  for (const node of places.keys()) {
    const target = targets.get(node);
    if (target === undefined || !('$ref' in node)) continue;
    const place = places.get(moved.get(target) ?? target) ?? [];
    if (place[0] === '$defs' && place[1] !== undefined) used.add(place[1]);
    node['$ref'] = referenceTo(place);
  }
  const { $defs } = schema;
  if (!isRecord($defs)) return;
  for (const name of Object.keys($defs)) if (!used.has(name)) delete $defs[name];
  if (Object.keys($defs).length === 0) delete schema['$defs'];
}

/** Each object of `top` with the first place it stands at. */
function placesIn(top: Node): Map<Node, readonly string[]> {
  const places = new Map<Node, readonly string[]>();
  const visit = (value: unknown, path: readonly string[]): void => {
    if (Array.isArray(value)) value.forEach((item, index) => visit(item, [...path, String(index)]));
    if (!isRecord(value) || places.has(value)) return;
    places.set(value, path);
    for (const [name, member] of Object.entries(value)) visit(member, [...path, name]);
  };
  visit(top, []);
  return places;
}
