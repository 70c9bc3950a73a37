/** Commands about tasks of the hub. They are called assignments: `perdure task` is the ledger of durable ones. */

import { hubActivityTypes, hubTaskStatuses, type HubTaskStatus } from '@perdure/contract';
import { Argument, Option } from 'commander';
import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import { withSpeaker, type CommonOptions } from '../cli/options.ts';
import type {
  CreateAssignmentOptions,
  ListAssignmentsOptions,
  ShowAssignmentOptions,
  TellAssignmentOptions,
} from './assignments.ts';

export function declareAssignments({ program, rim, run }: Declaration): void {
  const assignments = noun(program, 'assignments', 'Tasks of the hub: list, show, create, set, tell');
  leaf(assignments, 'list', {
    summary: 'Who has what to do, newest first',
    example: 'perdure assignments list --assignee scout --status todo',
  })
    .option('--mine', 'those you have to do')
    .option('--assignee <handle>', 'those they have to do')
    .addOption(new Option('--status <status>', 'those that are so').choices(hubTaskStatuses))
    .action(
      run(async (options: ListAssignmentsOptions) => (await import('./assignments.ts')).listAssignments(rim, options)),
    );
  leaf(assignments, 'show <id>', {
    summary: 'A task with its notes and what was told of it',
    example: 'perdure assignments show 0198f2a0',
  })
    .option('--secrets', 'the notes with their secrets, if they are yours to read; it is written down')
    .action(
      run(async (id: string, options: ShowAssignmentOptions) =>
        (await import('./assignments.ts')).showAssignment(rim, id, options),
      ),
    );
  leaf(assignments, 'create <title>', {
    summary: 'A new task; secrets in its notes go into a vault',
    example: 'perdure assignments create "Provision agent: scout" --to lead --notes @notes.json',
  })
    .option('--to <handle>', 'who has it to do')
    .option('--notes <source>', '@<file>, or - for stdin')
    .option('--durable <task>', 'the durable task that carries it out, by its id')
    .action(
      run(async (title: string, options: CreateAssignmentOptions) =>
        (await import('./assignments.ts')).createAssignment(rim, title, options),
      ),
    );
  leaf(assignments, 'set <id>', {
    summary: 'Say how a task stands',
    example: 'perdure assignments set 0198f2a0 in_progress',
  })
    .addArgument(new Argument('<status>', 'how it stands').choices(hubTaskStatuses))
    .action(
      run(async (given: string, status: HubTaskStatus, options: CommonOptions) =>
        (await import('./assignments.ts')).setAssignment(rim, { given, status }, options),
      ),
    );
  leaf(assignments, 'tell <id> <text>', {
    summary: 'Tell of the work on a task; `-` reads it from stdin',
    example: 'perdure assignments tell 0198f2a0 "Half of it is done"',
  })
    .addOption(new Option('--type <type>', 'what it is').choices(hubActivityTypes).default('progress'))
    .action(
      run(async (given: string, text: string, options: TellAssignmentOptions) =>
        (await import('./assignments.ts')).tellAssignment(rim, { given, text }, options),
      ),
    );
  withSpeaker(assignments);
}
