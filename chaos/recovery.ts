/**
 * How long it takes until all of many runs in flight go on after the worker was killed: from the signal to the last
 * run's next step.
 */

import { until } from '@perdure/testing';
import { System } from '../test/e2e/system.ts';
import { figureOf, type Figure } from './figures.ts';

const runsInFlight = 50;
const targetMs = 5_000;
const limitMs = 60_000;

interface Progress {
  readonly run_id: string;
  readonly at: number;
}

/** On a system of its own, whose launcher has seen no crash before. */
export async function measureRecovery(signal: AbortSignal): Promise<Figure> {
  signal.throwIfAborted();
  await using system = await System.start({ project: import.meta.dirname });
  const ticking = Array.from({ length: runsInFlight }, () => system.startRun('chaos-ticks', { ticks: 5_000 }));
  const runs = await Promise.all(ticking);
  const allGoing = { withinMs: limitMs, what: 'every run goes on', signal };
  await until(() => stepsSince(system, 0).length === runs.length, allGoing);
  const killedAt = Date.now();
  system.kill('worker');
  const firstSteps = await until(() => {
    const steps = stepsSince(system, killedAt);
    return steps.length === runs.length ? steps : undefined;
  }, allGoing);
  const value = Math.max(...firstSteps.map(({ at }) => at - killedAt));
  return figureOf({ id: 'recovery_50_runs_after_worker_kill', value, unit: 'ms', target: `<= ${targetMs}` });
}

/** The first step that each run finished after `at`. */
function stepsSince(system: System, at: number): readonly Progress[] {
  return system.read<Progress>(
    `SELECT run_id, min(at) AS at FROM events WHERE type = 'step.done' AND at > ? GROUP BY run_id`,
    at,
  );
}
