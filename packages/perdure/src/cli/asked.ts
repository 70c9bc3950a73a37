/** What a run asks people, for a message that tells how it stands: in words for a person, with ids and commands for a program. */

import { PerdureError, type Run, type Wait } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { oneLine } from '../render/format.ts';
import { answerCommands } from '../render/wait-view.ts';
import { allPages } from './all-pages.ts';
import { stopOf } from './follow.ts';

/** The open questions of a run, oldest first. */
export async function openWaits(client: Client, runId: string): Promise<readonly Wait[]> {
  return await allPages((page) => client.listWaits({ query: { ...page, run: runId } }));
}

/** As `details` of an error have them. */
export function askedDetails(waits: readonly Wait[], homeFlag: string) {
  return waits.map((wait) => ({ id: wait.id, question: wait.question, commands: answerCommands(wait, homeFlag) }));
}

/** `"Which city?"; answer with …`. Of several questions it is told where they are listed. */
export function askedText(waits: readonly Wait[], homeFlag: string): string {
  const [wait, ...others] = waits;
  if (wait === undefined) return `what it asks is shown by \`perdure waits${homeFlag}\``;
  if (others.length > 0) return `${waits.length} questions, listed by \`perdure waits --run ${wait.runId}${homeFlag}\``;
  const commands = answerCommands(wait, homeFlag).map((command) => `\`${command}\``);
  return `"${oneLine(wait.question, 200)}"; answer with ${commands.join(' or ')}`;
}

/** Why a run that stopped did not complete; where it needs an answer to go on, with the commands that give one. */
export async function stopWithAnswers(client: Client, run: Run, homeFlag: string): Promise<PerdureError | undefined> {
  const stop = stopOf(run);
  if (stop === undefined || run.status !== 'needs_attention') return stop;
  const waits = (await openWaits(client, run.id)).filter(({ purpose }) => purpose === 'outcome');
  if (waits.length === 0) return stop;
  return new PerdureError(stop.code, `${stop.message.replace(/\.$/, '')}. It asks ${askedText(waits, homeFlag)}.`, {
    details: { ...stop.details, waits: askedDetails(waits, homeFlag) },
  });
}
