/**
 * Commands of OpenClaw that we have begun, known by the home that they are for: it stands in their environment, and in
 * that of all they start. So they are found by whoever comes after a server that was killed, too.
 *
 * Surprise: where there is no `/proc` no process shows its environment, and none is found.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { PerdureError } from '@perdure/contract';
import { ancestorsOf, identityOf, isSameProcess, sendSignal } from '@perdure/home';
import type { ProcessIdentity } from '../core/gateway.ts';

/** In the environment of a command: its home. A gateway carries none, for it outlives who began it. */
export const commandMark = 'PERDURE_COMMAND';

const withinMs = 10_000;
const pollMs = 20;

/** Ends all that are at work for these homes. @throws PerdureError `timeout` where one stays */
export async function endCommands(homes: readonly string[]): Promise<void> {
  if (homes.length === 0) return;
  const wanted = new Set(homes.map((home) => `${commandMark}=${home}`));
  const deadline = performance.now() + withinMs;
  const seen = new Map<number, ProcessIdentity>();
  for (;;) {
    // What one has started meanwhile carries the same.
    for (const one of carriersOf(wanted)) seen.set(one.pid, one);
    const left = [...seen.values()].filter(isSameProcess);
    if (left.length === 0) return;
    if (performance.now() > deadline) throw unending(left);
    for (const one of left) if (isSameProcess(one)) sendSignal(one.pid);
    await delay(pollMs);
  }
}

/** Whether one of these stands in the environment of a process; that of another account is not to be read. */
export const carries = (pid: string, wanted: ReadonlySet<string>): boolean =>
  textOf(`/proc/${pid}/environ`)
    .split('\0')
    .some((one) => wanted.has(one));

/** Empty of what is gone, or not ours to read. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Never ourselves, nor who we were started by. */
function carriersOf(wanted: ReadonlySet<string>): readonly ProcessIdentity[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && carries(name, wanted));
  if (pids.length === 0) return [];
  const ours = new Set(ancestorsOf(process.pid).map(({ pid }) => pid));
  return pids.flatMap((pid) => (ours.has(Number(pid)) ? [] : (identityOf(Number(pid)) ?? [])));
}

function unending(left: readonly ProcessIdentity[]): PerdureError {
  const pids = left.map(({ pid }) => pid).join(', ');
  return new PerdureError(
    'timeout',
    `The processes ${pids}, commands of OpenClaw, do not end, though they were killed: the system holds them, often for a disk that does not answer; look at that, and try again.`,
  );
}
