/** `perdure runs fork`: another run of the same input that begins with the steps that were finished before one. */

import { attendRun } from '../cli/attend.ts';
import { connect } from '../cli/connect.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { resolveRunId } from '../cli/run-id.ts';

export interface ForkOptions extends CommonOptions {
  /** Key of the step that the new run does first by itself. */
  readonly from: string;
  readonly watch?: boolean;
  readonly idempotencyKey?: string;
}

export async function forkRun(rim: Rim, given: string, options: ForkOptions): Promise<number> {
  const { from, watch = false, idempotencyKey } = options;
  const client = connect(rim, options);
  const id = await resolveRunId(client, given);
  const { data: run } = await client.forkRun({
    params: { id },
    ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }),
    body: { from },
  });
  if (watch) return await attendRun(rim, client, { ...options, run });
  const { homeFlag } = findPlace(rim, options);
  printData(rim, options, run, () =>
    [
      `Run ${run.id} begins like ${id} and goes its own way from ${from} on.`,
      `Follow it with: perdure runs watch ${run.id}${homeFlag}`,
    ].join('\n'),
  );
  return 0;
}
