/** `perdure runs fork`: another run of the same input that begins with what had ended before a step was begun. */

import { isPerdureError, type Run } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { allPages } from '../cli/all-pages.ts';
import { attendRun } from '../cli/attend.ts';
import { connect } from '../cli/connect.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { resolveRunId } from '../cli/run-id.ts';
import { noSuchStep } from '../cli/step-keys.ts';
import { keptLine, onceLines, type ForkRecords } from '../render/fork-view.ts';

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
  const { homeFlag } = findPlace(rim, options);
  const run = await startFork(client, id, { ...options, homeFlag });
  const records = options.json === true ? undefined : await recordsOf(client, { id, from, run });
  if (watch) {
    for (const line of records === undefined ? [] : onceLines(records)) say(rim, line);
    return await attendRun(rim, client, { ...options, run });
  }
  printData(rim, options, run, () =>
    [
      `Run ${run.id} begins like ${id} and goes its own way from ${from} on.`,
      ...(records === undefined ? [] : [keptLine(records), ...onceLines(records)]),
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
    const headers = idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } };
    return (await client.forkRun({ params: { id }, ...headers, body: { from } })).data;
  } catch (error) {
    if (!isPerdureError(error, 'invalid_input') || error.details['field'] !== 'body.from') throw error;
    throw await noSuchStep(client, error, { runId: id, key: from, homeFlag });
  }
}

interface Forked {
  readonly id: string;
  readonly from: string;
  readonly run: Run;
}

async function recordsOf(client: Client, { id, from, run }: Forked): Promise<ForkRecords> {
  const stepsOf = (runId: string) => allPages((query) => client.listSteps({ params: { id: runId }, query }));
  const [given, own] = await Promise.all([stepsOf(id), stepsOf(run.id)]);
  // The new run may have done some of its own by now.
  const kept = own.filter(({ endedAt }) => endedAt !== undefined && endedAt <= run.createdAt);
  return { from, given, kept };
}
