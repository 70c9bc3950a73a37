/** `perdure runs show`: a run with all that is recorded of it, or one step by `<run>/<key>`. */

import type { Run, RunEvent, Step, Wait } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { allPages } from '../cli/all-pages.ts';
import { connect } from '../cli/connect.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { paintFor } from '../cli/paint.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { resolveRunId } from '../cli/run-id.ts';
import { runView } from '../render/run-view.ts';
import { stepView } from '../render/step-view.ts';

export async function showRun(rim: Rim, given: string, options: CommonOptions): Promise<number> {
  const client = connect(rim, options);
  const id = await resolveRunId(client, given);
  const { data } = await client.getRun({ params: { id } });
  const view = { paint: paintFor(rim.env, rim.stdout), now: rim.now(), homeFlag: findPlace(rim, options).homeFlag };
  if (isStep(data)) {
    printData(rim, options, data, () => stepView(data, view));
    return 0;
  }
  const record = { run: data, ...(await readRecord(client, id)) };
  printData(rim, options, record, () => runView(record, view));
  return 0;
}

function isStep(data: Run | Step): data is Step {
  return 'key' in data;
}

interface RunParts {
  readonly steps: readonly Step[];
  readonly events: readonly RunEvent[];
  /** Open ones first. */
  readonly waits: readonly Wait[];
}

async function readRecord(client: Client, id: string): Promise<RunParts> {
  const waitsOf = (answered: 'true' | 'false') =>
    allPages((page) => client.listWaits({ query: { ...page, run: id, answered } }));
  const [steps, events, open, answered] = await Promise.all([
    allPages((query) => client.listSteps({ params: { id }, query })),
    client.readEvents(id),
    waitsOf('false'),
    waitsOf('true'),
  ]);
  return { steps, events, waits: [...open, ...answered] };
}
