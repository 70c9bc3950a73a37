/** Looking at tasks, and keeping them. */

import { taskStates } from '@perdure/contract';
import { Option, type Command } from 'commander';
import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import { span, wholeNumber, type CommonOptions } from '../cli/options.ts';
import type { ArchiveOptions } from './archive.ts';
import type { ListOptions } from './list-options.ts';
import type { AddOptions } from './queue.ts';
import type { RebuildOptions } from './rebuild.ts';
import { withHolder, type WriteOptions } from './write-flags.ts';

export function declareLooking(task: Command, { rim, run }: Declaration): void {
  leaf(task, 'show <id>', { summary: 'All there is to know of it', example: 'perdure task show ship' }).action(
    run(async (id: string, options: CommonOptions) => (await import('./show.ts')).showOne(rim, id, options)),
  );
  leaf(task, 'list', { summary: 'Tasks, newest work first', example: 'perdure task list --state running' })
    .addOption(new Option('--state <state>', 'only those that should be in this state').choices(taskStates))
    .option('--project <folder>', 'only those of this project')
    .option('--archived', 'those in files, and those that gave their id to another')
    .option('--all', 'every page')
    .option('--limit <count>', 'how many', wholeNumber('--limit', 1, 1000), 20)
    .option('--cursor <cursor>', 'go on where the list before ended')
    .action(run(async (options: ListOptions) => (await import('./list.ts')).listTasks(rim, options)));
  leaf(task, 'recent <id>', { summary: 'The newest events of its log', example: 'perdure task recent ship' })
    .option('--limit <count>', 'how many', wholeNumber('--limit', 1, 1000), 20)
    .action(
      run(async (id: string, options: CommonOptions & { readonly limit: number }) =>
        (await import('./recent.ts')).recentOfTask(rim, id, options),
      ),
    );
  leaf(task, 'prime', { summary: 'Print the working agreement for a prompt', example: 'perdure task prime' }).action(
    run(async (options: CommonOptions) => (await import('./prime.ts')).prime(rim, options)),
  );
}

export function declareQueue(task: Command, { rim, run }: Declaration): void {
  const queue = noun(task, 'queue', 'What was handed over: list, pop, clear, add');
  leaf(queue, 'list', { summary: 'Hand-overs, oldest first', example: 'perdure task queue list' }).action(
    run(async (options: CommonOptions) => (await import('./queue.ts')).listQueue(rim, options)),
  );
  leaf(queue, 'pop [id]', {
    summary: 'Take the oldest, of one task if named',
    example: 'perdure task queue pop',
  }).action(
    run(async (id: string | undefined, options: CommonOptions) =>
      (await import('./queue.ts')).popQueue(rim, id, options),
    ),
  );
  leaf(queue, 'clear', { summary: 'Forget all of them', example: 'perdure task queue clear' }).action(
    run(async (options: CommonOptions) => (await import('./queue.ts')).clearQueue(rim, options)),
  );
  leaf(queue, 'add', {
    summary: 'Hand something over',
    example: 'perdure task queue add --title "Ship" --context "Tests are red"',
  })
    .requiredOption('--title <line>', 'what it is')
    .requiredOption('--context <text>', 'what the next has to know; - for stdin')
    .option('--task <id>', 'the task it belongs to')
    .option('--session <name>', 'the session that hands over')
    .action(run(async (options: AddOptions) => (await import('./queue.ts')).addToQueue(rim, options)));
}

export function declareFiles(task: Command, { rim, run }: Declaration): void {
  leaf(task, 'rebuild [id]', {
    summary: 'Compare a task with its log; exit 1 if they differ',
    example: 'perdure task rebuild --all',
  })
    .option('--all', 'every task')
    .option('--repair', 'make it what the log says')
    .action(
      run(async (id: string | undefined, options: RebuildOptions) =>
        (await import('./rebuild.ts')).rebuild(rim, id, options),
      ),
    );
  withHolder(
    leaf(task, 'import <folder>', {
      summary: 'Take in files of the original format',
      example: 'perdure task import state/tasks',
    }),
  )
    .option('--force', 'keep the tasks that have these ids as <id>.1')
    .action(
      run(async (folder: string, options: WriteOptions & { readonly force?: boolean }) =>
        (await import('./import.ts')).importFolder(rim, folder, options),
      ),
    );
  leaf(task, 'export <id> <folder>', {
    summary: 'Write it as files of the original format',
    example: 'perdure task export ship out',
  }).action(
    run(async (id: string, folder: string, options: CommonOptions) =>
      (await import('./export.ts')).exportOne(rim, id, { ...options, folder }),
    ),
  );
}

export function declareArchives(task: Command, { rim, run }: Declaration): void {
  leaf(task, 'archive [ids...]', {
    summary: 'Put closed tasks into files, out of every list',
    example: 'perdure task archive --older-than 30d',
  })
    .option('--older-than <span>', 'every task that was closed so long ago, as 30d', span('--older-than'))
    .option('--dry-run', 'say what would be archived, and write nothing')
    .action(
      run(async (ids: readonly string[], options: ArchiveOptions) =>
        (await import('./archive.ts')).archiveTasks(rim, ids, options),
      ),
    );
  leaf(task, 'restore <task>', {
    summary: 'Bring one back, by its id or its file',
    example: 'perdure task restore ship',
  }).action(
    run(async (named: string, options: CommonOptions) =>
      (await import('./restore.ts')).restoreOne(rim, named, options),
    ),
  );
}
