/** The course of a task, from its creation to its end. */

import type { Command } from 'commander';
import { leaf, type Declaration } from '../cli/declaration.ts';
import { wholeNumber } from '../cli/options.ts';
import type { CompleteOptions } from './complete.ts';
import type { ContinueOptions } from './continue.ts';
import type { CreateOptions } from './create.ts';
import type { EndRequest } from './end.ts';
import { milestoneFlag, withFields } from './field-flags.ts';
import type { ReleaseOptions } from './release.ts';
import { withHolder, withWrite, type WriteOptions } from './write-flags.ts';

export function declareCreate(task: Command, { rim, run }: Declaration): void {
  const create = leaf(task, 'create <id>', {
    summary: 'Make a task and take its lease',
    example: 'perdure task create ship --title "Ship 2.0" --goal "Released" --criterion "Tests pass"',
  });
  withHolder(withFields(create))
    .option('--milestone <id: title>', 'a milestone; repeat it for more', milestoneFlag)
    .option('--force', 'keep the task that has this id as <id>.1, and make a new one')
    .option('--no-lease', 'leave it to whoever continues it')
    .action(
      run(async (id: string, { lease, ...options }: Omit<CreateOptions, 'takesLease'> & { readonly lease: boolean }) =>
        (await import('./create.ts')).makeTask(rim, id, { ...options, takesLease: lease }),
      ),
    );
  create.options.forEach((option) => {
    if (option.long === '--title' || option.long === '--goal') option.makeOptionMandatory();
  });
}

export function declareContinue(task: Command, { rim, run }: Declaration): void {
  withWrite(
    leaf(task, 'continue [id]', {
      summary: 'Go on after any reset: the task, your lease, a brief',
      example: 'perdure task continue',
    }),
  )
    .option('--dry-run', 'say what would be done, and write nothing')
    .option('--unattended', 'nobody asked: go on only where that is safe without a person')
    .option('--take-over', 'with --unattended: also where the lease of another has expired')
    .action(
      run(async (id: string | undefined, options: ContinueOptions) =>
        (await import('./continue.ts')).continueOne(rim, id, options),
      ),
    );
  withWrite(
    leaf(task, 'release <id>', {
      summary: 'Let go of the lease; a person may end that of another',
      example: 'perdure task release ship',
    }),
  )
    .option('--break <reason>', 'with --holder owner: its holder is gone, do not wait until it expires')
    .action(
      run(async (id: string, options: ReleaseOptions) => (await import('./release.ts')).releaseTask(rim, id, options)),
    );
}

const ends = {
  fail: 'Close it as failed',
  reopen: 'Open a closed task again; recorded',
} as const satisfies Record<EndRequest['type'], string>;

export function declareEnd(task: Command, { rim, run }: Declaration): void {
  withWrite(
    leaf(task, 'complete <id>', {
      summary: 'Close it as done; exit 9 says what is missing',
      example: 'perdure task complete ship --reverify',
    }),
  )
    .option('--summary <text>', 'what was reached')
    .option('--reverify', 'run the checks again whose evidence is void')
    .option('--timeout <seconds>', 'for each check', wholeNumber('--timeout', 1, 86_400), 600)
    .option('--override <reason>', 'complete it in spite of what is missing; shown for ever')
    .action(
      run(async (id: string, options: CompleteOptions) => (await import('./complete.ts')).complete(rim, id, options)),
    );
  for (const [type, summary] of Object.entries(ends) as [EndRequest['type'], string][]) {
    withWrite(
      leaf(task, `${type} <id> <reason>`, { summary, example: `perdure task ${type} ship "The customer said so"` }),
    ).action(
      run(async (id: string, reason: string, options: WriteOptions) =>
        (await import('./end.ts')).endTask(rim, { id, type, reason }, options),
      ),
    );
  }
}
