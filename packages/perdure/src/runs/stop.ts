/** Why a run that stopped did not complete, with what a person may do about it. */

import { firstUndone, PerdureError, type Run, type Step } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { openWaits } from '../waits/find.ts';
import { openWaitDetails, openWaitText } from '../waits/view-open.ts';
import { stopOf } from './follow.ts';
import { readSteps } from './read.ts';
import { undoneHint } from './view-undone.ts';

export interface StopOptions {
  readonly homeFlag: string;
  /** Whether why it stopped, and how to answer, has been shown in the same place just before; default false. */
  readonly isTold?: boolean;
}

/**
 * Why a run that stopped did not complete; where it needs an answer to go on, with the commands that give one, and
 * where it was undone, with the one that begins anew.
 */
export async function stopWithAnswers(
  client: Client,
  run: Run,
  { homeFlag, isTold = false }: StopOptions,
): Promise<PerdureError | undefined> {
  const stop = isTold ? toldStop(run) : stopOf(run);
  if (stop === undefined || run.status === 'cancelled') return stop;
  if (run.status === 'failed') return undoneStop(stop, run.id, { steps: await readSteps(client, run.id), homeFlag });
  const waits = (await openWaits(client, run.id)).filter(
    ({ purpose, runId }) => purpose === 'outcome' && runId === run.id,
  );
  if (waits.length === 0) return stop;
  if (isTold) return new PerdureError(stop.code, `${stop.message} Answer as shown above.`, { details: stop.details });
  const asked = openWaitText(run.id, waits, homeFlag);
  return new PerdureError(stop.code, `${stop.message.replace(/\.$/, '')}. It asks ${asked}.`, {
    details: { ...stop.details, waits: openWaitDetails(waits, homeFlag) },
  });
}

/** Without the reason. */
function toldStop(run: Run): PerdureError | undefined {
  const { error, ...rest } = run;
  const stop = stopOf(rest);
  if (stop === undefined || error === undefined) return stop;
  return new PerdureError(stop.code, stop.message, { details: { ...stop.details, cause: error } });
}

interface RunSteps {
  readonly steps: readonly Step[];
  readonly homeFlag: string;
}

function undoneStop(stop: PerdureError, runId: string, { steps, homeFlag }: RunSteps): PerdureError {
  const undone = firstUndone(steps)?.key;
  if (undone === undefined) return stop;
  const message = `${stop.message} ${undoneHint(runId, undone, homeFlag)}`;
  return new PerdureError(stop.code, message, { details: { ...stop.details, forkFrom: undone } });
}
