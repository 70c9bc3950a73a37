/** `perdure runs show`: a run with all that is recorded of it, or one step by `<run>/<key>`. */

import {
  firstUndone,
  isPerdureError,
  PerdureError,
  splitStepId,
  undoneBy,
  type Run,
  type Step,
  type Wait,
} from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/run-id.ts';
import { paintFor } from '../text/paint.ts';
import { openWaits } from '../waits/find.ts';
import type { WaitViewOptions } from '../waits/view.ts';
import { openChildren } from './below.ts';
import { readBelow, readRun, readSteps } from './read.ts';
import { noSuchStep } from './step-keys.ts';
import { stepView, type StepWithInput, type StepViewOptions } from './view-step.ts';
import { undoneHint } from './view-undone.ts';
import { goesOnBy, outputText, runView, type RunRecord } from './view.ts';

export interface ShowOptions extends CommonOptions {
  /** Every item of a wide fan-out. */
  readonly all?: boolean;
  /** The output and nothing else. */
  readonly output?: boolean;
}

export async function showRun(rim: Rim, given: string, options: ShowOptions): Promise<number> {
  const client = connect(rim, options);
  const id = await resolveRunId(client, given);
  const homeFlag = homeFlagOf(rim, options);
  const data = await readRunOrStep(client, id, homeFlag);
  const view = { paint: paintFor(rim.env, rim.stdout), now: rim.now(), homeFlag };
  if (options.output === true) return showOutput(rim, options, data);
  if (isStep(data)) {
    const step = await withInput(client, data);
    const all = options.json === true ? view : await withRun(client, step, view);
    printData(rim, options, step, (columns) => stepView(step, { ...all, columns }));
    return 0;
  }
  const record = { run: data, ...(await readRecord(client, id)) };
  const shown = { ...record, below: record.below.map(({ run }) => run) };
  printData(rim, options, shown, (columns) => runView(record, { ...view, columns, all: options.all }));
  return 0;
}

/** Of a run its output, of a step its result. */
function showOutput(rim: Rim, options: ShowOptions, data: Run | Step): number {
  if (data.status !== 'completed' && data.status !== 'done') {
    const name = isStep(data) ? `Step ${data.id}` : `Run ${data.id}`;
    throw new PerdureError('conflict', `${name} has no output: it is ${data.status.replaceAll('_', ' ')}.`);
  }
  const output = isStep(data) ? (data as { readonly result?: unknown }).result : data.output;
  printData(rim, options, output, () => outputText(output));
  return 0;
}

/**
 * What the step's run tells about it: whether it went on, what became of the run it started, and what to do about its
 * error.
 */
async function withRun(client: Client, step: Step, view: WaitViewOptions): Promise<StepViewOptions> {
  const { runId } = splitStepId(step.id);
  const [run, below, asked] = await Promise.all([
    readRun(client, runId),
    readBelow(client, openChildren([step])),
    askedBy(client, step),
  ]);
  const instead = await insteadOfRetry(client, step, view.homeFlag);
  return { ...view, endedAt: run.endedAt, below, asked, instead, goesOnBy: goesOnBy(run) };
}

/** A review asks by a step below it. */
async function askedBy(client: Client, { id, key, status }: Step): Promise<readonly Wait[]> {
  if (status !== 'started') return [];
  const { runId } = splitStepId(id);
  const waits = await openWaits(client, runId);
  return waits.filter((wait) => wait.runId === runId && `${wait.stepKey}/`.startsWith(`${key}/`));
}

async function insteadOfRetry(client: Client, step: Step, homeFlag: string): Promise<string | undefined> {
  if (step.status === 'done' || step.error === undefined) return undefined;
  const key = undoneBy(step.key);
  if (key !== undefined) return `An undo is not tried again: take the effect of "${key}" back by hand.`;
  const { runId } = splitStepId(step.id);
  const undone = firstUndone(await readSteps(client, runId))?.key;
  return undone === undefined ? undefined : undoneHint(runId, undone, homeFlag);
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
async function withInput(client: Client, step: Step): Promise<StepWithInput> {
  if (step.kind !== 'agent') return step;
  try {
    const { data: turn } = await client.getRun({ params: { id: `${step.id}/turn-1` } });
    const result = isStep(turn) && turn.status === 'done' ? turn.result : undefined;
    const { messages } = (result ?? {}) as { readonly messages?: readonly { content?: unknown }[] };
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

/** Open questions come first. */
async function readRecord(client: Client, id: string): Promise<Omit<RunRecord, 'run'>> {
  const waitsOf = (answered: 'true' | 'false') =>
    allPages((page) => client.listWaits({ query: { ...page, run: id, answered } }));
  const [steps, events, open, answered] = await Promise.all([
    readSteps(client, id),
    client.readEvents(id),
    waitsOf('false'),
    waitsOf('true'),
  ]);
  return { steps, events, waits: [...open, ...answered], below: await readBelow(client, openChildren(steps)) };
}
