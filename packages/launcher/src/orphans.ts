/**
 * What a killed launcher left behind. Its children notice at once and end in order, the worker after its turns in
 * flight: at most 10 s in which the ports are still theirs. Telling the user of a busy port then would be true and of
 * no use.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { isSameProcess, readInstance, type HomePaths } from '@perdure/home';
import { signalProcess } from './restate/server-stale.ts';

/** Longer than a child may take to close. */
const patienceMs = 12_000;
const pollMs = 50;

/** Resolves when the processes of an earlier launcher of this state root are gone; what does not go is killed. */
export async function orphansGone(paths: HomePaths, log: (message: string) => void): Promise<void> {
  const instance = readInstance(paths);
  if (instance.kind !== 'stale') return;
  // The engine is left to its own start: it is not asked to end before nobody needs it.
  const { engine: _engine, ...children } = instance.info.processes;
  const alive = () => Object.values(children).filter(isSameProcess);
  const left = alive().length;
  if (left === 0) return;
  log(`Waiting for ${left} ${left === 1 ? 'process' : 'processes'} of a launcher that was killed to finish.`);
  const deadline = performance.now() + patienceMs;
  while (alive().length > 0 && performance.now() < deadline) await delay(pollMs);
  for (const { pid } of alive()) signalProcess(pid, 'SIGKILL');
}
