/** `perdure runs show`: a run with all that is recorded of it, or one step by `<run>/<key>`. */

import { isPerdureError, splitStepId, type Run, type RunEvent, type Step, type Wait } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { allPages } from '../cli/all-pages.ts';
import { connect } from '../cli/connect.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { paintFor } from '../cli/paint.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { resolveRunId } from '../cli/run-id.ts';
import { noSuchStep } from '../cli/step-keys.ts';
import { runView } from '../render/run-view.ts';
import { stepView, type ShownStep } from '../render/step-view.ts';

export async function showRun(rim: Rim, given: string, options: CommonOptions): Promise<number> {
  const client = connect(rim, options);
  const id = await resolveRunId(client, given);
  const { homeFlag } = findPlace(rim, options);
  const data = await readRunOrStep(client, id, homeFlag);
  const view = { paint: paintFor(rim.env, rim.stdout), now: rim.now(), homeFlag };
  if (isStep(data)) {
    const step = await withInput(client, data);
    printData(rim, options, step, () => stepView(step, view));
    return 0;
  }
  const record = { run: data, ...(await readRecord(client, id)) };
  printData(rim, options, record, () => runView(record, view));
  return 0;
}

async function readRunOrStep(client: Client, id: string, homeFlag: string): Promise<Run | Step> {
  try {
    return (await client.getRun({ params: { id } })).data;
  } catch (error) {
    const { runId, stepKey: key } = splitStepId(id);
    if (key === undefined || !isPerdureError(error, 'not_found')) throw error;
    throw await noSuchStep(client, error, { runId, key, homeFlag });
  }
}

/** What an agent was given is the first message of its first turn, as JSON; unknown until that turn has ended. */
async function withInput(client: Client, step: Step): Promise<ShownStep> {
  if (step.kind !== 'agent') return step;
  try {
    const { data: turn } = await client.getRun({ params: { id: `${step.id}/turn-1` } });
    const { messages } = ((turn as Step).result ?? {}) as { readonly messages?: readonly { content?: unknown }[] };
    const text = messages?.[0]?.content;
    return typeof text === 'string' ? { ...step, input: JSON.parse(text) as unknown } : step;
  } catch (error) {
    // No turn has begun.
    if (isPerdureError(error, 'not_found')) return step;
    throw error;
  }
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
