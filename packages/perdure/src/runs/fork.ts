/** `perdure runs fork`: another run of the same input that begins with what had ended before a step was begun. */

import { isPerdureError, undoneBy, type Run, type Step } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/run-id.ts';
import { attendRun } from './attend.ts';
import { childOf } from './below.ts';
import { keyHeaders } from './input.ts';
import { readSteps } from './read.ts';
import { noSuchStep } from './step-keys.ts';
import { isOnce, keptLines, onceLines, type ForkRecords, type OnceCall } from './view-fork.ts';

export interface ForkOptions extends CommonOptions {
  /** Key of the step that the new run does first by itself. */
  readonly from: string;
  readonly watch?: boolean;
  readonly idempotencyKey?: string;
}

export async function forkRun(rim: Rim, given: string, options: ForkOptions): Promise<number> {
  const { from, watch = false } = options;
  const client = connect(rim, options);
  const id = await resolveRunId(client, given);
  const homeFlag = homeFlagOf(rim, options);
  const run = await startFork(client, id, { ...options, homeFlag });
  const records = options.json === true ? undefined : await recordsOf(client, { id, asked: from, run });
  if (watch) {
    for (const line of records === undefined ? [] : onceLines(records)) say(rim, line);
    return await attendRun(rim, client, { ...options, run });
  }
  printData(rim, options, run, () =>
    [
      `Run ${run.id} begins like ${id} and goes its own way from ${beginOf(run, from)} on.`,
      ...(records === undefined ? [] : [...keptLines(records), ...onceLines(records)]),
      `Follow it with: perdure runs watch ${run.id}${homeFlag}`,
    ].join('\n'),
  );
  return 0;
}

async function startFork(
  client: Client,
  id: string,
  { from, idempotencyKey, homeFlag }: ForkOptions & { readonly homeFlag: string },
): Promise<Run> {
  try {
    return (await client.forkRun({ params: { id }, ...keyHeaders(idempotencyKey), body: { from } })).data;
  } catch (error) {
    if (!isPerdureError(error, 'invalid_input') || error.details['field'] !== 'body.from') throw error;
    if (undoneBy(from) !== undefined) throw error;
    throw await noSuchStep(client, error, { runId: id, key: from, homeFlag });
  }
}

/** Where the new run begins: the server goes further back than to `asked` where that was undone. */
function beginOf({ forkedFrom }: Run, asked: string): string {
  return forkedFrom?.stepKey ?? asked;
}

interface ForkOutcome {
  readonly id: string;
  readonly asked: string;
  readonly run: Run;
}

async function recordsOf(client: Client, { id, asked, run }: ForkOutcome): Promise<ForkRecords> {
  const [given, own] = await Promise.all([readSteps(client, id), readSteps(client, run.id)]);
  // The new run may have done some of its own by now.
  const kept = own.filter((step) => step.status !== 'started' && step.endedAt <= run.createdAt);
  const keys = new Set(kept.map(({ key }) => key));
  const left = given.filter(({ key }) => !keys.has(key));
  return { asked, from: beginOf(run, asked), kept, again: await onceCalls(client, left) };
}

/** Among `steps`, and in the runs that they have started: a step that is not kept starts another one. */
async function onceCalls(client: Client, steps: readonly Step[], scope = ''): Promise<readonly OnceCall[]> {
  const calls: OnceCall[] = [];
  for (const step of steps) {
    const place = `${scope}${step.key}`;
    const child = childOf(step);
    if (isOnce(step)) calls.push({ place, step });
    if (child !== undefined) calls.push(...(await onceCalls(client, await readSteps(client, child), `${place} › `)));
  }
  return calls;
}
