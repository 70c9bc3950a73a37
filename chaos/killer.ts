/** Kills parts of a running system with SIGKILL at moments drawn from a seed, and sees to it that they come back. */

import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@perdure/contract';
import type { System, Victim } from '../test/e2e/system.ts';
import type { Kill } from './facts.ts';
import type { Random } from './random.ts';

/** What is drawn, how often, and who is told. */
export interface KillerOptions {
  readonly random: Random;
  readonly kills: number;
  readonly signal: AbortSignal;
  /** Called just before each kill. */
  readonly beforeKill: () => void;
  readonly onKill: (kill: Kill) => void;
  /** `perdure up` was refused: parts of the launcher that was killed are still ending. */
  readonly onRefusedStart: (reason: string) => void;
}

/** The launcher's pauses grow with each crash of a part; a launcher that dies too begins again with the shortest. */
const victims: readonly (readonly [victim: Victim, weight: number])[] = [
  ['worker', 34],
  ['server', 18],
  ['engine', 18],
  ['all', 22],
  ['launcher', 8],
];

/** Share of the kills that do not wait until everything is up again after the one before. */
const hastyPercent = 25;
const backWithinMs = 60_000;

/** Resolves after the last kill, when everything is up again. */
export async function killRepeatedly(system: System, options: KillerOptions): Promise<void> {
  const { random, kills, signal } = options;
  for (let n = 0; n < kills;) {
    if (!random.percent(hastyPercent)) await system.allUp(backWithinMs, signal);
    await delay(random.int(50, 1_500), undefined, { signal });
    const victim = random.pick(victims);
    options.beforeKill();
    const at = Date.now();
    // Not up at the moment: this draw is lost.
    if (!system.kill(victim)) continue;
    n += 1;
    options.onKill({ victim, at });
    if (victim === 'all' || victim === 'launcher') await startAgain(system, options);
  }
  await system.allUp(backWithinMs, signal);
}

/** After its launcher alone was killed, parts may take a moment to end; until then `up` is refused. */
async function startAgain(system: System, { signal, onRefusedStart }: KillerOptions): Promise<void> {
  const deadline = performance.now() + backWithinMs;
  for (;;) {
    try {
      await system.up();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      onRefusedStart(messageOf(error));
      await delay(200, undefined, { signal });
    }
  }
}
