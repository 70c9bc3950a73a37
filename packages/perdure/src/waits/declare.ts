/** Commands about questions to people. */

import { compact } from '@perdure/contract';
import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import { wholeNumber, type CommonOptions } from '../cli/options.ts';
import { withAnswer } from './answer-flags.ts';
import type { AnswerOptions } from './answer.ts';
import type { ListOptions } from './list.ts';

export function declareWaits({ program, rim, run }: Declaration): void {
  const waits = noun(program, 'waits', 'Questions that wait for a person: list, look, answer');
  leaf(waits, 'list', {
    summary: 'Questions that wait for a person, oldest first; what `perdure waits` alone does',
    example: 'perdure waits list',
    isDefault: true,
  })
    .option('--run <id>', 'only questions of this run and of those below it')
    .option('--answered', 'those that were answered, newest first')
    .option('--limit <count>', 'how many', wholeNumber('--limit', 1, 1000), 20)
    .option('--cursor <cursor>', 'go on where the list before ended')
    .action(run(async (options: ListOptions) => (await import('./list.ts')).listWaits(rim, options)));

  leaf(waits, 'show <id>', {
    summary: 'One question with all there is to it, nothing cut',
    example: 'perdure waits show 019a1b2c-3d4e',
  }).action(run(async (id: string, options: CommonOptions) => (await import('./show.ts')).showWait(rim, id, options)));

  withAnswer(
    leaf(waits, 'answer <id> [answer]', {
      summary: 'Answer a question, once: as JSON, as plain text, as @file, or - for stdin',
      example: 'perdure waits answer 019a1b2c-3d4e --approve',
    }),
  ).action(
    run(async (id: string, answer: string | undefined, options: AnswerOptions) =>
      (await import('./answer.ts')).answerWait(rim, id, {
        ...options,
        ...compact({ answer }),
      }),
    ),
  );
}
