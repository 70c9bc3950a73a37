/**
 * What of earlier answers has to come back: the thoughts that led to a call, with that call, where the script asks for
 * it as servers of reasoning models do. Forgotten with the process.
 */

import type { ModelRequest } from './formats/format.ts';

export interface CarriedMemory {
  /** These calls are taken back only with these thoughts. */
  require(calls: readonly string[], thoughts: string): void;
  /** The first call that came back without. */
  findBare(request: ModelRequest): string | undefined;
}

/** Calls that are remembered. */
const maxKept = 10_000;

export function carriedMemory(): CarriedMemory {
  const required = new Map<string, string>();
  return {
    require(calls, thoughts) {
      for (const call of calls) required.set(call, thoughts);
      for (const oldest of [...required.keys()].slice(0, Math.max(0, required.size - maxKept))) required.delete(oldest);
    },
    findBare({ items }) {
      const bare = items.find((item) => {
        const wanted = item.kind === 'call' ? required.get(item.id) : undefined;
        return item.kind === 'call' && wanted !== undefined && !item.thoughts.includes(wanted);
      });
      return bare?.kind === 'call' ? bare.id : undefined;
    },
  };
}
