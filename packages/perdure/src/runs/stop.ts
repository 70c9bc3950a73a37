/**
 * What a run and those below it ask people, for a message that tells how it stands: in words for a person, with ids and
 * commands for a program.
 */

import { firstUndone, PerdureError, type Run, type TypedStep, type Wait } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { oneLine } from '../text/format.ts';
import { undoneHint } from './view-undone.ts';
import { answerCommands } from '../waits/view.ts';
import { allPages } from '../client/all-pages.ts';
import { readSteps } from './read.ts';
import { stopOf } from './follow.ts';

/** The open questions of a run and of those below it, oldest first. */
export async function openWaits(client: Client, runId: string): Promise<readonly Wait[]> {
  return await allPages((page) => client.listWaits({ query: { ...page, run: runId } }));
}

/** As `details` of an error have them. */
export function askedDetails(waits: readonly Wait[], homeFlag: string) {
  return waits.map((wait) => ({ id: wait.id, question: wait.question, commands: answerCommands(wait, homeFlag) }));
}

/** `"Which city?"; answer with …`. Of several questions it is told where they are listed. */
export function askedText(runId: string, waits: readonly Wait[], homeFlag: string): string {
  const [wait, ...others] = waits;
  if (wait === undefined) return `what it asks is shown by \`perdure waits${homeFlag}\``;
  if (others.length > 0) return `${waits.length} questions, listed by \`perdure waits --run ${runId}${homeFlag}\``;
  const commands = answerCommands(wait, homeFlag).map((command) => `\`${command}\``);
  return `"${oneLine(wait.question, 200)}"; answer with ${commands.join(' or ')}`;
}

/**
 * Why a run that stopped did not complete; where it needs an answer to go on, with the commands that give one, and
 * where it was undone, with the one that begins anew.
 */
export async function stopWithAnswers(client: Client, run: Run, homeFlag: string): Promise<PerdureError | undefined> {
  const stop = stopOf(run);
  if (stop === undefined || run.status === 'cancelled') return stop;
  if (run.status === 'failed') return undoneStop(stop, run.id, { steps: await readSteps(client, run.id), homeFlag });
  const waits = (await openWaits(client, run.id)).filter(
    ({ purpose, runId }) => purpose === 'outcome' && runId === run.id,
  );
  if (waits.length === 0) return stop;
  const asked = askedText(run.id, waits, homeFlag);
  return new PerdureError(stop.code, `${stop.message.replace(/\.$/, '')}. It asks ${asked}.`, {
    details: { ...stop.details, waits: askedDetails(waits, homeFlag) },
  });
}

interface Undoable {
  readonly steps: readonly TypedStep[];
  readonly homeFlag: string;
}

function undoneStop(stop: PerdureError, runId: string, { steps, homeFlag }: Undoable): PerdureError {
  const undone = firstUndone(steps)?.key;
  if (undone === undefined) return stop;
  const message = `${stop.message} ${undoneHint(runId, undone, homeFlag)}`;
  return new PerdureError(stop.code, message, { details: { ...stop.details, forkFrom: undone } });
}
