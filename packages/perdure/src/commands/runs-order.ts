/** `perdure runs pause | resume | cancel | retry`: puts an order into the run's inbox; its driver notices within a second. */

import type { RunOrder } from '@perdure/contract';
import { connect } from '../cli/connect.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { resolveRunId } from '../cli/run-id.ts';

export type Order = RunOrder | 'retry';

const routeOf = { pause: 'pauseRun', resume: 'resumeRun', cancel: 'cancelRun', retry: 'retryRun' } as const;

export async function orderRun(rim: Rim, order: Order, given: string, options: CommonOptions): Promise<number> {
  const client = connect(rim, options);
  const id = await resolveRunId(client, given);
  const { data } = await client[routeOf[order]]({ params: { id } });
  printData(rim, options, data, () => `${order} accepted; run ${id} is ${data.status.replaceAll('_', ' ')} now`);
  return 0;
}
