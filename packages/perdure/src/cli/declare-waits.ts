/** Commands about questions to people. */

import type { AnswerOptions } from '../commands/waits-answer.ts';
import type { ListOptions } from '../commands/waits-list.ts';
import { leaf, noun, type Declaration } from './declaration.ts';
import { wholeNumber } from './options.ts';

export function declareWaits({ program, rim, run }: Declaration): void {
  const waits = noun(program, 'waits', 'Questions that wait for a person: list, answer');
  leaf(waits, 'list', {
    summary: 'Questions that wait for a person, oldest first; what `perdure waits` alone does',
    example: 'perdure waits list',
    isDefault: true,
  })
    .option('--run <id>', 'only questions of this run')
    .option('--answered', 'those that were answered, newest first')
    .option('--limit <count>', 'how many', wholeNumber('--limit', 1, 1000), 20)
    .option('--cursor <cursor>', 'go on where the list before ended')
    .action(run(async (options: ListOptions) => (await import('../commands/waits-list.ts')).listWaits(rim, options)));

  leaf(waits, 'answer <id> [answer]', {
    summary: 'Answer a question, once: as JSON, as plain text, as @file, or - for stdin',
    example: 'perdure waits answer 019a1b2c-3d4e --approve',
  })
    .option('--approve', 'approve what is to be reviewed')
    .option('--reject <feedback>', 'ask for changes, and say which')
    .action(
      run(async (id: string, answer: string | undefined, options: AnswerOptions) =>
        (await import('../commands/waits-answer.ts')).answerWait(rim, id, {
          ...options,
          ...(answer === undefined ? {} : { answer }),
        }),
      ),
    );
}
