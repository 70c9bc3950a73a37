/**
 * `perdure run`: starts a run, shows its steps on stderr, prints its output on stdout. The run lives on the server:
 * neither Ctrl-C nor a wait that is over stops it.
 */

import { type Budget, compact, isPerdureError, PerdureError, type Run } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { attendRun, type AttendOptions } from './attend.ts';
import { keyHeaders, readInput } from './input.ts';

export interface RunOptions extends AttendOptions {
  readonly input?: string;
  readonly idempotencyKey?: string;
  readonly maxTokens?: number;
  readonly maxTurns?: number;
  readonly maxMinutes?: number;
}

export interface RunRequest extends RunOptions {
  readonly pipeline: string;
  readonly prompt?: string;
}

export async function runPipeline(rim: Rim, request: RunRequest): Promise<number> {
  const input = await readInput(rim, request);
  const client = connect(rim, request);
  return await runInput(rim, client, { ...request, given: input }).catch((error: unknown) => {
    throw request.prompt === undefined ? error : aboutPrompt(error);
  });
}

/** Starts a run on what was read as its input, and attends it. */
export async function runInput(
  rim: Rim,
  client: Client,
  request: Omit<RunRequest, 'input'> & { readonly given: unknown },
): Promise<number> {
  const run = await startRun(client, request, request.given);
  if (request.wait === 0) {
    printData(rim, request, run, () => run.id);
    return 0;
  }
  return await attendRun(rim, client, { ...request, run });
}

async function startRun(client: Client, request: Omit<RunRequest, 'input'>, input: unknown): Promise<Run> {
  const { data } = await client.startRun({
    ...keyHeaders(request.idempotencyKey),
    body: { pipeline: request.pipeline, input, ...compact({ budget: budgetOf(request) }) },
  });
  return data;
}

/** A pipeline that takes another input is told a text as what it became. */
function aboutPrompt(error: unknown): unknown {
  if (!isPerdureError(error, 'invalid_input')) return error;
  const message = `${error.message} The text was sent as { "prompt": … }; give another input with --input '<json>'.`;
  return new PerdureError(error.code, message, { details: error.details, cause: error });
}

/** Undefined where no limit was given: then that of the pipeline counts, or the one configured for all. */
function budgetOf({ maxTokens, maxTurns, maxMinutes }: RunOptions): Budget | undefined {
  const budget = compact({ tokens: maxTokens, turns: maxTurns, minutes: maxMinutes });
  return Object.keys(budget).length === 0 ? undefined : budget;
}
