/**
 * `perdure runs pause | resume | cancel | retry`: puts an order into the run's inbox, and tells what came of it. A
 * driver notices within a second; a step in flight is finished first, so a pause may take longer than anybody wants to
 * watch. A run that needed attention often stops again at once, so it is looked at for a moment longer.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { isPending as hasYetToFollow, isSettled, type Run, type RunCommand } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/run-id.ts';
import { readRun } from './read.ts';
import { stopWithAnswers } from './stop.ts';
import { statusWords, untilText } from './view-status.ts';

export type Order = Exclude<RunCommand, 'steer'>;

const routeOf = { pause: 'pauseRun', resume: 'resumeRun', cancel: 'cancelRun', retry: 'retryRun' } as const;

/** Why an order takes its time. */
const delays: Readonly<Record<Order, string>> = {
  pause: 'what is in flight is finished first',
  resume: 'it goes on as soon as a worker takes it up',
  cancel: 'what is in flight is ended, and what was armed undone, first',
  retry: 'it goes on as soon as a worker takes it up',
};

const pollMs = 100;
/** Looks at a run that has not noticed its order. */
const patientLooks = 20;
/** More looks at a run that goes on, and may stop again at once. */
const goingLooks = 4;

export async function orderRun(rim: Rim, order: Order, given: string, options: CommonOptions): Promise<number> {
  const client = connect(rim, options);
  const id = await resolveRunId(client, given);
  const request = { order, given: await readRun(client, id) };
  await client[routeOf[order]]({ params: { id } });
  const run = await effectOf(client, request);
  const isPending = hasNotNoticed(run, request);
  // Where it stopped, only why counts.
  const homeFlag = homeFlagOf(rim, options);
  if (run.status !== 'needs_attention' || isPending || options.json === true) {
    printData(rim, options, run, () => outcomeLines(run, { order, isPending, now: rim.now(), homeFlag }).join('\n'));
  }
  const stop = isPending ? undefined : await stopWithAnswers(client, run, { homeFlag });
  if (stop?.code === 'needs_attention') throw stop;
  return 0;
}

interface OrderOutcome {
  readonly order: Order;
  /** Whether nobody has taken it up yet. */
  readonly isPending: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly homeFlag: string;
}

function outcomeLines(run: Run, { order, isPending, now, homeFlag }: OrderOutcome): readonly string[] {
  const status = run.status.replaceAll('_', ' ');
  const outcome = isPending
    ? `${order} accepted; run ${run.id} is still ${status}: ${delays[order]}`
    : `run ${run.id} is ${order === 'resume' ? statusWords(run) + untilText(run, now) : status}`;
  // Also where it has ended by now: there is nothing shorter that shows how.
  const goesOn = order === 'retry' || (order === 'resume' && !isSettled(run.status));
  return goesOn ? [outcome, `Follow it with: perdure runs watch ${run.id}${homeFlag}`] : [outcome];
}

interface OrderRequest {
  readonly order: Order;
  /** The run as the order found it. */
  readonly given: Run;
}

async function effectOf(client: Client, request: OrderRequest): Promise<Run> {
  let looksLeft = patientLooks;
  for (;;) {
    const run = await readRun(client, request.given.id);
    looksLeft -= 1;
    if (!hasNotNoticed(run, request)) looksLeft = mayStopAgain(run, request) ? Math.min(looksLeft, goingLooks) : 0;
    if (looksLeft <= 0) return run;
    await delay(pollMs);
  }
}

/** One that came to rest where it had stopped before was driven in between, so its record was written. */
function hasNotNoticed(run: Run, { order, given }: OrderRequest): boolean {
  const isAsWas = run.updatedAt === given.updatedAt;
  if (order === 'resume' && given.status === 'waiting') return run.status === 'waiting' && isAsWas;
  const hasStoppedAgain = run.status === 'needs_attention' && !isAsWas;
  return hasYetToFollow(order, run.status) && !hasStoppedAgain;
}

/** Also one whose model is asked, and may still be away. */
function mayStopAgain({ status }: Run, { order, given }: OrderRequest): boolean {
  const hadStopped = given.status === 'needs_attention' || (order === 'resume' && given.status === 'waiting');
  return hadStopped && (status === 'queued' || status === 'running');
}
