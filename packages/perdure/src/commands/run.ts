/**
 * `perdure run`: starts a run, shows its steps on stderr, prints its output on stdout. The run lives on the server: neither Ctrl-C nor
 * a wait that is over stops it.
 */

import { PerdureError, type Run } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { connect } from '../cli/connect.ts';
import { followRun, hasStopped, stopOf } from '../cli/follow.ts';
import { interruptOf, leaveRunning } from '../cli/interrupt.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { readInput } from '../cli/run-input.ts';
import { createProgress, createWatcher } from '../cli/watcher.ts';

export interface RunOptions extends CommonOptions {
  readonly input?: string;
  readonly watch?: boolean;
  /** Seconds. */
  readonly wait?: number;
  readonly idempotencyKey?: string;
}

export interface RunRequest extends RunOptions {
  readonly pipeline: string;
  readonly prompt?: string;
}

export async function runPipeline(rim: Rim, request: RunRequest): Promise<number> {
  const input = await readInput(rim, request);
  const client = connect(rim, request);
  const started = await startRun(client, request, input);
  if (request.wait === 0) {
    printData(rim, request, started, () => started.id);
    return 0;
  }
  if (request.json !== true) say(rim, `Run ${started.id}`);
  const watching = request.watch === true;
  const { homeFlag } = findPlace(rim, request);
  const watcher = (watching ? createWatcher : createProgress)(rim, request, { homeFlag });
  using interrupt = interruptOf(rim);
  const deadline = request.wait === undefined ? [] : [AbortSignal.timeout(request.wait * 1000)];
  const signal = AbortSignal.any([interrupt.signal, ...deadline]);
  const run = await followRun(client, started.id, { show: watcher.show, signal });
  watcher.end();
  if (!hasStopped(run)) {
    return interrupt.signal.aborted ? leaveRunning(rim, run, homeFlag) : waitIsOver(run, request.wait, homeFlag);
  }
  // A program that watches reads events only; everybody else wants the result.
  if (!watching || (rim.stdout.isTTY === true && request.json !== true)) printResult(rim, request, run);
  const stop = stopOf(run);
  if (stop !== undefined) throw stop;
  return 0;
}

async function startRun(client: Client, request: RunRequest, input: unknown): Promise<Run> {
  const { data } = await client.startRun({
    ...(request.idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': request.idempotencyKey } }),
    body: { pipeline: request.pipeline, input },
  });
  return data;
}

/** With `--json` the whole run, however it ended; else the output, where there is one. */
function printResult(rim: Rim, request: RunRequest, run: Run): void {
  if (request.json === true) rim.stdout.write(`${JSON.stringify(run)}\n`);
  else if (run.status === 'completed') rim.stdout.write(`${JSON.stringify(run.output, null, 2)}\n`);
}

function waitIsOver(run: Run, seconds: number | undefined, homeFlag: string): never {
  throw new PerdureError(
    'timeout',
    `Run ${run.id} is ${run.status} after ${seconds} s and goes on: follow it with \`perdure runs watch ${run.id}${homeFlag}\`.`,
    { details: { runId: run.id, status: run.status } },
  );
}
