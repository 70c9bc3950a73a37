/** Controls: what a person or a program asks of whoever works on a task. None needs a lease, but for `boundary`. */

import { compact, type ControlIntent } from '@perdure/contract';
import { Argument, Option, type Command } from 'commander';
import { leaf, type Declaration } from '../cli/declaration.ts';
import { wholeNumber } from '../cli/options.ts';
import type { BoundaryOptions } from './boundary.ts';
import type { ControlOptions } from './control.ts';
import { withWrite, type WriteOptions } from './write-flags.ts';

const intents = {
  pause: ['Halt it', 'perdure task pause ship "Look at the budget first"'],
  stop: ['End the work on it; only a person resumes it', 'perdure task stop ship --safe-boundary-only'],
  resume: ['Let it run again', 'perdure task resume ship'],
  steer: ['Tell whoever works on it what to heed', 'perdure task steer ship "Leave the parser alone"'],
  edit: ['Ask for a change of the plan', 'perdure task edit ship "Drop Windows"'],
  note: ['Say something that needs no answer', 'perdure task note ship "Demo is on Friday"'],
} as const satisfies Record<ControlIntent, readonly [summary: string, example: string]>;

/** The original's words for a state that is wished for. */
const intentOfState = { running: 'resume', paused: 'pause', stopped: 'stop' } as const;

export function declareBoundary(task: Command, { rim, run }: Declaration): void {
  withWrite(
    leaf(task, 'boundary <id>', {
      summary: 'Between two slices: go on, pause, stop, what to heed',
      example: 'perdure task boundary ship',
    }),
  )
    .option('--heeded <number>', 'a word that need not be told again; repeat it for more', wordNumbers('--heeded'))
    .action(
      run(async (id: string, options: BoundaryOptions) =>
        (await import('./boundary.ts')).boundaryOfTask(rim, id, options),
      ),
    );
}

export function declareControl(task: Command, { rim, run }: Declaration): void {
  for (const intent of Object.keys(intents) as ControlIntent[]) {
    const [summary, example] = intents[intent];
    const command = withWhen(withWrite(leaf(task, `${intent} <id> [message]`, { summary, example })));
    if (isTold(intent)) {
      command.option(
        '--withdraw <number>',
        'take back this word, which you said; a person: any',
        wordNumbers('--withdraw'),
      );
    }
    command.action(
      run(async (id: string, message: string | undefined, options: ControlOptions) =>
        (await import('./control.ts')).askOfTask(rim, { id, intent, ...compact({ message }) }, options),
      ),
    );
  }
  const control = leaf(task, 'control <id>', {
    summary: 'Pause, stop or resume by the state wished for',
    example: 'perdure task control ship paused --note "Lunch"',
  }).addArgument(new Argument('<state>').choices(Object.keys(intentOfState)));
  withWrite(control)
    .option('--note <text>', 'why; - for stdin')
    .action(
      run(async (id: string, state: keyof typeof intentOfState, options: WriteOptions & { readonly note?: string }) =>
        (await import('./control.ts')).askOfTask(
          rim,
          { id, intent: intentOfState[state], ...compact({ message: options.note }) },
          options,
        ),
      ),
    );
}

/** What stands until it is taken back. */
function isTold(intent: ControlIntent): boolean {
  return intent === 'steer' || intent === 'edit' || intent === 'note';
}

function wordNumbers(flag: string) {
  const one = wholeNumber(flag, 1, 1e9);
  return (value: string, before: readonly number[] | undefined): readonly number[] => [...(before ?? []), one(value)];
}

function withWhen(command: Command): Command {
  return command
    .addOption(new Option('--unsafe-now <reason>', 'why now would be unsafe: it waits for the next safe boundary'))
    .option('--safe-boundary-only', 'let it wait for the next safe boundary');
}
