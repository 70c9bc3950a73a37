/** Flags that answer a question, for `waits answer` and `runs answer`. */

import type { Command } from 'commander';

/** The flags that answer a question; which of them fit is told by the question. */
export function withAnswer(command: Command): Command {
  return command
    .option('--approve', 'approve a review, or the call of a tool')
    .option('--reject <feedback>', 'ask for changes, or refuse the call, and say why')
    .option(
      '--done [json]',
      'a call whose outcome is not known took effect; with its result, where the question shows one',
    )
    .option('--run-again', 'it did not take effect: run it again')
    .option('--fail <reason>', 'let it count as failed, and say why');
}
