/** Circles in a graph (Tarjan). Pure. */

/** Sets of nodes that lead to each other; nodes that lead nowhere are in none. Each sorted, and all of them sorted. */
export function circlesOf(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];

  const visit = (node: string): void => {
    const number = order.size;
    order.set(node, number);
    low.set(node, number);
    open.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) visit(next);
      if (open.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== number) return;
    const members = open.splice(open.indexOf(node));
    if (members.length > 1) circles.push(members.toSorted());
  };

  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return circles.toSorted((a, b) => String(a).localeCompare(String(b)));
}
