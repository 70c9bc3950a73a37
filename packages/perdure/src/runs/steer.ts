/**
 * `perdure runs steer`: a text for the agents at work, in the run and below it. It is in the record at once; they read
 * it before their next turn.
 */

import { orderAccepted, type Run, type Step } from '@perdure/contract';
import { readStdin } from '../cli/given-text.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/run-id.ts';
import { openChildren } from './below.ts';
import { readBelow, readSteps } from './read.ts';

export interface SteerRequest extends CommonOptions {
  readonly run: string;
  /** `-`: from stdin. */
  readonly text: string;
}

export async function steerRun(rim: Rim, request: SteerRequest): Promise<number> {
  const client = connect(rim, request);
  const id = await resolveRunId(client, request.run);
  const text = request.text === '-' ? await readStdin(rim) : request.text;
  const { data } = await client.steerRun({ params: { id }, body: { text } });
  const steps = await readSteps(client, id);
  const below = await readBelow(client, openChildren(steps));
  const atWork = [
    ...agentsAtWork(steps).map(({ key }) => key),
    ...below.flatMap((each) => agentsAtWork(each.steps).map((step) => step.id)),
  ];
  printData(rim, request, data, () => effectText(data, atWork, homeFlagOf(rim, request)));
  return 0;
}

function agentsAtWork(steps: readonly Step[]): readonly Step[] {
  return steps.filter(({ kind, status }) => kind === 'agent' && status === 'started');
}

function effectText({ id, status }: Run, atWork: readonly string[], homeFlag: string): string {
  const recorded =
    atWork.length === 0
      ? 'Recorded; no agent is at work, so the next turn of an agent reads it.'
      : `Recorded; read before its next turn by each agent at work: ${atWork.join(', ')}.`;
  if (!orderAccepted('resume', status)) return recorded;
  return `${recorded}\nThe run is ${status.replaceAll('_', ' ')}; go on with: perdure runs resume ${id}${homeFlag}`;
}
