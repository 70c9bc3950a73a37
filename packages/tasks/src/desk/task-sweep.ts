/** The sweep of a process that stays: it sends what waits every few seconds, and looks for what is due each minute. */

import { messageOf } from '@perdure/contract';
import { claimStep, type StoredReport } from '../core/outbox.ts';
import { methodsAt, sendReports } from './send-reports.ts';
import { tick, type TickDeps } from './tick.ts';

export const sweepEvery = { sendMs: 2_000, tickMs: 60_000 } as const;

export interface TaskSweepDeps extends TickDeps {
  readonly holder: string;
  readonly log: (message: string) => void;
  /** Calls once after so many milliseconds; answers a function that prevents it. */
  readonly after: (ms: number, call: () => void) => () => void;
}

/** Sweeps from now on; `stop` lets what is being sent end. */
export function startTaskSweep(deps: TaskSweepDeps): { stop(): Promise<void> } {
  let isStopped = false;
  let cancel: (() => void) | undefined;
  let passes = 0;
  const pass = async (): Promise<void> => {
    try {
      await once(deps, passes % (sweepEvery.tickMs / sweepEvery.sendMs) === 0);
    } catch (error) {
      deps.log(`a sweep of the tasks failed and is repeated: ${messageOf(error)}`);
    }
    passes += 1;
    if (!isStopped) cancel = deps.after(sweepEvery.sendMs, begin);
  };
  let running = pass();
  function begin(): void {
    running = pass();
  }
  return {
    stop: async () => {
      isStopped = true;
      cancel?.();
      await running;
    },
  };
}

async function once(deps: TaskSweepDeps, isWhole: boolean): Promise<void> {
  const { holder, log, store, now } = deps;
  if (isWhole) {
    const { results, deliveries } = await tick(deps, { holder, staysFor: 2 * sweepEvery.tickMs });
    for (const { task_id, status, reason } of results) {
      if (status === 'error') log(`task ${task_id} cannot be looked at: ${reason}`);
    }
    tell(deliveries, log);
    return;
  }
  // Nothing is locked where nothing waits.
  const waiting = await store.outbox.open();
  const at = now();
  const methods = methodsAt(at, deps);
  const isOurs = (report: StoredReport) =>
    methods.includes(report.delivery.method) && claimStep(report, at).kind !== 'wait';
  if (waiting.some(isOurs)) tell(await sendReports(deps), log);
}

function tell(deliveries: Awaited<ReturnType<typeof sendReports>>, log: (message: string) => void): void {
  for (const { taskId, number, state, problem } of deliveries) {
    if (problem !== undefined) log(`report ${number} of task ${taskId} is ${state}: ${problem}`);
  }
}
