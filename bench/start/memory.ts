/**
 * What an idle instance holds in memory, all of its processes together. PSS: a page that several of them share counts
 * once. Linux only.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { readInstance } from '@perdure/home';
import type { Figure } from '../figures.ts';
import { canMeasureMemory, pssMib } from '../pss.ts';
import type { Instance } from './instance.ts';

/** What is needed for a start only should be gone by then. */
const settleMs = 3_000;

export async function measureIdleMemory({ pid, paths }: Instance): Promise<readonly Figure[]> {
  if (!canMeasureMemory) return [];
  await delay(settleMs);
  const state = readInstance(paths);
  const names = new Map(
    Object.entries(state.kind === 'none' ? {} : state.info.processes).map(([name, part]) => [part.pid, name]),
  );
  const parts = [pid, ...descendantsOf(pid)].map((part) => ({
    name: names.get(part) ?? 'launcher',
    mib: pssMib(part),
  }));
  const large = parts.filter((part) => part.mib >= 1).map((part) => `${part.name} ${part.mib.toFixed(0)}`);
  return [
    {
      id: 'idle-memory',
      value: parts.reduce((sum, part) => sum + part.mib, 0),
      unit: 'MiB',
      note: `PSS without a demo model: ${large.join(', ')}`,
    },
  ];
}

function descendantsOf(ancestor: number): readonly number[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = Map.groupBy(processes.map(Number), parentOf);
  const below = (pid: number): readonly number[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(ancestor);
}

/** Undefined for one that has ended meanwhile. */
function parentOf(pid: number): number | undefined {
  try {
    // The name in parentheses may hold anything, so what follows is counted from the last of them.
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[1],
    );
  } catch {
    return undefined;
  }
}
