/**
 * The open questions of a run, for a message that tells how it stands: in words for a person, with ids and commands for
 * a program. Pure.
 */

import type { Wait } from '@perdure/contract';
import { answerCommands, questionLine } from './view.ts';

/** As `details` of an error have them. */
export function openWaitDetails(waits: readonly Wait[], homeFlag: string) {
  return waits.map((wait) => ({ id: wait.id, question: wait.question, commands: answerCommands(wait, homeFlag) }));
}

/** `"Which city?"; answer with …`. Of several questions it is told where they are listed. */
export function openWaitText(runId: string, waits: readonly Wait[], homeFlag: string): string {
  const [wait, ...others] = waits;
  if (wait === undefined) return `what it asks is shown by \`perdure waits${homeFlag}\``;
  if (others.length > 0) return `${waits.length} questions, listed by \`perdure waits --run ${runId}${homeFlag}\``;
  const commands = answerCommands(wait, homeFlag).map((command) => `\`${command}\``);
  return `"${questionLine(wait.question)}"; answer with ${commands.join(' or ')}`;
}
