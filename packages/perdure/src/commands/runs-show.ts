/** `perdure runs show`: a run with its steps, or one step by `<run>/<key>`. */

import type { Run, Step } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { connect } from '../cli/connect.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { paintFor } from '../cli/paint.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { resolveRunId } from '../cli/run-id.ts';
import { runView, stepView } from '../render/run-view.ts';

export async function showRun(rim: Rim, given: string, options: CommonOptions): Promise<number> {
  const client = connect(rim, options);
  const id = await resolveRunId(client, given);
  const { data } = await client.getRun({ params: { id } });
  const view = { paint: paintFor(rim.env, rim.stdout), now: rim.now(), homeFlag: findPlace(rim, options).homeFlag };
  if (isStep(data)) {
    printData(rim, options, data, () => stepView(data, view));
    return 0;
  }
  const steps = await readSteps(client, id);
  printData(rim, options, { ...data, steps }, () => runView(data, steps, view));
  return 0;
}

function isStep(data: Run | Step): data is Step {
  return 'key' in data;
}

async function readSteps(client: Client, id: string): Promise<Step[]> {
  const steps: Step[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listSteps({
      params: { id },
      query: { limit: 1000, ...(cursor === undefined ? {} : { cursor }) },
    });
    steps.push(...page.data);
    cursor = page.next;
  } while (cursor !== undefined);
  return steps;
}
