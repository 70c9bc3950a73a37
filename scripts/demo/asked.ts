/** How often a model was asked for each turn, by the demo model's own log, which nothing else of Perdure writes. */

interface LoggedLine {
  readonly event: string;
  /** `<run>/<key of the turn>/<attempt>`. */
  readonly idempotencyKey?: string | null;
}

/** By the key of the turn within its run, in the order of the log. Lines are NDJSON; one cut in half counts nothing. */
export function timesAsked(log: string, runId: string): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const line of log.split('\n').filter((text) => text.endsWith('}'))) {
    const { event, idempotencyKey } = JSON.parse(line) as LoggedLine;
    const key = event === 'request' ? idempotencyKey : undefined;
    if (!key?.startsWith(`${runId}/`)) continue;
    const turn = key.slice(runId.length + 1).replace(/\/[^/]*$/, '');
    times.set(turn, (times.get(turn) ?? 0) + 1);
  }
  return times;
}

/** `planner once, reviewer twice`: by the agents, whose name stands before their turn. */
export function askedText(times: ReadonlyMap<string, number>): string {
  return [...times].map(([turn, count]) => `${turn.split('/').at(-2) ?? turn} ${countWord(count)}`).join(', ');
}

function countWord(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
