/**
 * Attending a run that was just started: its steps on stderr and its output on stdout. `watch` adds what models write
 * while they write it; with `--json` it makes of stdout the events of the run instead of the run as it ended.
 */

import { compact, PerdureError, type Run } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { interruptOf } from '../cli/interrupt.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printLine, say } from '../cli/output.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { visibleJson } from '../text/format.ts';
import { openWaits } from '../waits/find.ts';
import { openWaitDetails, openWaitText } from '../waits/view-open.ts';
import { openChildren, stuckBelow } from './below.ts';
import { followRun, hasStopped, leaveRunning } from './follow.ts';
import { readBelow, readSteps } from './read.ts';
import { stopWithAnswers } from './stop.ts';
import { stuckText } from './view-below.ts';
import { createProgress, eventsOn } from './watcher.ts';

export interface AttendOptions extends CommonOptions {
  readonly watch?: boolean;
  /** Seconds after which to leave; the run goes on. */
  readonly wait?: number;
}

/** The exit code; throws why the run did not complete. */
export async function attendRun(
  rim: Rim,
  client: Client,
  options: AttendOptions & { readonly run: Run },
): Promise<number> {
  const { run: started, watch: watching = false, wait } = options;
  if (options.json !== true) say(rim, `Run ${started.id}`);
  const homeFlag = homeFlagOf(rim, options);
  const watched = { client, runId: started.id, homeFlag };
  const isStream = watching && options.json === true;
  const watcher = isStream ? eventsOn(rim) : createProgress(rim, options, watched);
  using interrupt = interruptOf(rim);
  const deadline = wait === undefined ? [] : [AbortSignal.timeout(wait * 1000)];
  const signal = AbortSignal.any([interrupt.signal, ...deadline]);
  const run = await followRun(client, started.id, { show: watcher.show, link: watcher.link, signal }).finally(
    watcher.end,
  );
  if (!hasStopped(run)) {
    if (interrupt.signal.aborted) return leaveRunning(rim, run, homeFlag);
    throw await waitIsOver(client, run, { seconds: wait, homeFlag });
  }
  // A program that watches reads events only; everybody else wants the result.
  if (!isStream) printResult(rim, options, run);
  const stop = await stopWithAnswers(client, run, { homeFlag, isTold: watcher.hasTold() });
  if (stop !== undefined) throw stop;
  return 0;
}

/** With `--json` the whole run, however it ended; else the output, where there is one. */
function printResult(rim: Rim, options: CommonOptions, run: Run): void {
  if (options.json === true) printLine(rim, run);
  else if (run.status === 'completed') rim.stdout.write(`${visibleJson(run.output, 2)}\n`);
}

interface WaitLimit {
  readonly seconds: number | undefined;
  readonly homeFlag: string;
}

async function waitIsOver(client: Client, run: Run, { seconds, homeFlag }: WaitLimit): Promise<PerdureError> {
  const { id, status, waitingFor } = run;
  const waits = await openWaits(client, id);
  const open = waits.length === 0 ? undefined : openWaitDetails(waits, homeFlag);
  const details = compact({ runId: id, status, waits: open });
  const say = (standing: string) => new PerdureError('timeout', `Run ${id} ${standing}.`, { details });
  if (waitingFor?.kind === 'human' || (waitingFor?.kind === 'child' && waits.length > 0)) {
    return say(`waits for a person: ${openWaitText(id, waits, homeFlag)}`);
  }
  const [stuck] = stuckBelow(await readBelow(client, openChildren(await readSteps(client, id))), waits);
  if (stuck !== undefined) {
    const why = stuckText(stuck).replace(/\.$/, '');
    return say(`waits for another run: ${why}; look at it with \`perdure runs show ${stuck.id}${homeFlag}\``);
  }
  return say(`is ${status} after ${seconds} s and goes on: follow it with \`perdure runs watch ${id}${homeFlag}\``);
}
