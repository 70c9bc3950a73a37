/** `perdure agents run`: one agent by itself, as a run of the pipeline `try-agent` that ships. */

import { compact, PerdureError } from '@perdure/contract';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { readInput } from '../runs/input.ts';
import { runInput, type RunOptions } from '../runs/run.ts';

export interface AgentRunRequest extends RunOptions {
  readonly agent: string;
  readonly prompt?: string;
}

export async function runAgent(rim: Rim, request: AgentRunRequest): Promise<number> {
  const { agent, prompt, input, ...options } = request;
  const given = await readInput(rim, compact({ prompt, input }));
  const client = connect(rim, options);
  const known = (await client.listAgents()).data.map(({ name }) => name);
  if (!known.includes(agent)) {
    throw new PerdureError(
      'not_found',
      `There is no agent ${agent}; known are ${known.join(', ')}, and \`perdure agents check\` tells which files are refused.`,
      { details: { agents: known } },
    );
  }
  return await runInput(rim, client, { ...options, pipeline: 'try-agent', given: { agent, input: given } });
}
