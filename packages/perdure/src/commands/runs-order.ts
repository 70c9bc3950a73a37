/**
 * `perdure runs pause | resume | cancel | retry`: puts an order into the run's inbox, and tells what came of it. A driver notices within
 * a second; a step in flight is finished first, so a pause may take longer than anybody wants to watch.
 */

import type { Run, RunOrder, RunStatus } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { connect } from '../cli/connect.ts';
import { readRun } from '../cli/follow.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { resolveRunId } from '../cli/run-id.ts';

export type Order = Exclude<RunOrder, 'steer'> | 'retry';

const routeOf = { pause: 'pauseRun', resume: 'resumeRun', cancel: 'cancelRun', retry: 'retryRun' } as const;

/** Statuses that an order leads out of: while a run has one of them, the order has not been noticed. */
const before: Readonly<Record<Order, readonly RunStatus[]>> = {
  pause: ['queued', 'running', 'waiting'],
  resume: ['paused', 'needs_attention'],
  cancel: ['queued', 'running', 'waiting', 'paused', 'needs_attention', 'undoing'],
  retry: ['failed'],
};

const patienceMs = 2_000;
const pollMs = 100;

export async function orderRun(rim: Rim, order: Order, given: string, options: CommonOptions): Promise<number> {
  const client = connect(rim, options);
  const id = await resolveRunId(client, given);
  await client[routeOf[order]]({ params: { id } });
  const run = await effectOf(rim, client, { order, id });
  const status = run.status.replaceAll('_', ' ');
  const isPending = before[order].includes(run.status);
  printData(rim, options, run, () =>
    isPending
      ? `${order} accepted; run ${id} is still ${status}, what is in flight is finished first`
      : `run ${id} is ${status}`,
  );
  return 0;
}

async function effectOf(rim: Rim, client: Client, asked: { readonly order: Order; readonly id: string }): Promise<Run> {
  const deadline = rim.now() + patienceMs;
  for (;;) {
    const run = await readRun(client, asked.id);
    if (!before[asked.order].includes(run.status) || rim.now() >= deadline) return run;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
