/** What whoever works on a task records: progress, milestones, actions, evidence. */

import { milestoneStates } from '@perdure/contract';
import { Option, type Command } from 'commander';
import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import { repeated, wholeNumber } from '../cli/options.ts';
import type { ActionOptions, ActionVerb } from './action.ts';
import type { ContextOptions } from './context.ts';
import { withFields, type FieldOptions } from './field-flags.ts';
import type { MilestoneOptions } from './milestone.ts';
import type { ProgressOptions } from './progress.ts';
import type { SubtaskOptions } from './subtask.ts';
import type { VerifyOptions } from './verify.ts';
import { withWrite, type WriteOptions } from './write-flags.ts';

export function declareProgress(task: Command, { rim, run }: Declaration): void {
  withWrite(
    leaf(task, 'progress <id> <message>', {
      summary: 'Record what was done; - for stdin',
      example: 'perdure task progress ship "Parser done" --next-step "Printer"',
    }),
  )
    .option('--phase <line>', 'planning, building, …')
    .option('--health <line>', 'healthy, blocked, …')
    .option('--next-step <text>', 'what comes next')
    .option('--tokens <count>', 'tokens used since the last report', wholeNumber('--tokens', 0, 1e12))
    .action(
      run(async (id: string, message: string, options: ProgressOptions) =>
        (await import('./progress.ts')).progressTask(rim, id, message, options),
      ),
    );
  const contextPercent = wholeNumber('<percent>', 0, 100);
  withWrite(
    leaf(task, 'context <id> <percent>', {
      summary: 'Say how full your context is; at 50 hand over',
      example: 'perdure task context ship 47',
    }),
  )
    .option('--session <name>', 'the session that hands over')
    .action(
      run(async (id: string, percent: string, options: ContextOptions) =>
        (await import('./context.ts')).contextOfTask(rim, id, contextPercent(percent), options),
      ),
    );
  withWrite(
    leaf(task, 'event <id> <type>', {
      summary: 'Add an event of your own to the log',
      example: `perdure task event ship deployed --details '{"host":"a"}'`,
    }),
  )
    .option('--details <json>', 'a JSON object; - for stdin')
    .action(
      run(async (id: string, name: string, options: WriteOptions & { readonly details?: string }) =>
        (await import('./event.ts')).recordEvent(rim, { id, name }, options),
      ),
    );
}

export function declareParts(task: Command, { rim, run }: Declaration): void {
  withFields(
    withWrite(
      leaf(task, 'update <id>', {
        summary: 'Set fields; a list is replaced as a whole',
        example: 'perdure task update ship --next-step "Release notes"',
      }),
    ),
  ).action(
    run(async (id: string, options: WriteOptions & FieldOptions) =>
      (await import('./update.ts')).updateTask(rim, id, options),
    ),
  );
  withWrite(
    leaf(task, 'milestone <id> <milestone>', {
      summary: 'Change a milestone; with --title add one',
      example: 'perdure task milestone ship parser --status done',
    }),
  )
    .option('--title <line>', 'what it is')
    .addOption(new Option('--status <status>', 'where it stands').choices(milestoneStates))
    .option('--percent <number>', 'how much of it is done', wholeNumber('--percent', 0, 100))
    .option('--reason <line>', 'why it was dropped')
    .action(
      run(async (id: string, milestone: string, options: MilestoneOptions) =>
        (await import('./milestone.ts')).changeMilestone(rim, id, milestone, options),
      ),
    );
  withWrite(
    leaf(task, 'subtask <id> <subtask>', {
      summary: 'Change a subtask; with --title add one',
      example: 'perdure task subtask ship docs --status running --owner ada',
    }),
  )
    .option('--title <line>', 'what it is')
    .option('--status <line>', 'where it stands')
    .option('--owner <name>', 'who does it')
    .option('--depends-on <subtask>', 'what comes before; repeat it for more', repeated)
    .action(
      run(async (id: string, subtask: string, options: SubtaskOptions) =>
        (await import('./subtask.ts')).changeSubtask(rim, id, subtask, options),
      ),
    );
}

export function declareVerify(task: Command, { rim, run }: Declaration): void {
  withWrite(
    leaf(task, 'verify <id> [command...]', {
      summary: 'Run a check and record it as evidence',
      example: 'perdure task verify ship --criterion 1 -- npm test',
    }),
  )
    .requiredOption('--criterion <number>', 'of the done criterion, from 1', wholeNumber('--criterion', 0, 10_000))
    .option('--paths <path...>', 'what it is about (default: all that git does not ignore)')
    .option('--baseline', 'run before the work: a failure that was there already')
    .option('--timeout <seconds>', 'after which it has failed', wholeNumber('--timeout', 1, 86_400), 600)
    .option('--attest <text>', "instead of a command: somebody's word; - for stdin")
    .action(
      run(async (id: string, command: readonly string[], options: VerifyOptions) =>
        (await import('./verify.ts')).verifyTask(rim, { id, command }, options),
      ),
    );
}

const verbs = {
  start: 'Record the intent before the act; prints its key',
  done: 'It took effect',
  failed: 'It had no effect, and may be started again',
  resolve: 'Nobody saw its end: what was found out',
} as const satisfies Record<ActionVerb, string>;

export function declareActions(task: Command, { rim, run }: Declaration): void {
  const action = noun(task, 'action', 'Acts with effects outside: start, end, resolve');
  for (const [verb, summary] of Object.entries(verbs) as [ActionVerb, string][]) {
    const command = withWrite(
      leaf(action, `${verb} <id> <action>`, {
        summary,
        example: `perdure task action ${verb} ship publish${verb === 'resolve' ? ' --outcome success --how "It is on the registry"' : ''}`,
      }),
    );
    if (verb === 'start') command.option('--summary <line>', 'what it does');
    if (verb === 'done' || verb === 'failed') command.option('--result <text>', 'what came of it; - for stdin');
    if (verb === 'resolve') {
      command
        .requiredOption('--how <text>', 'how it was found out')
        .addOption(
          new Option('--outcome <outcome>', 'what became of it').choices(['success', 'failed']).makeOptionMandatory(),
        );
    }
    command.action(
      run(async (id: string, name: string, options: ActionOptions) =>
        (await import('./action.ts')).actionTask(rim, { id, verb, action: name }, options),
      ),
    );
  }
  withWrite(
    leaf(task, 'reconcile <id>', {
      summary: 'Find out which actions are still open',
      example: 'perdure task reconcile ship',
    }),
  )
    .option('--reason <line>', 'why', 'resume_consistency_check')
    .action(
      run(async (id: string, options: WriteOptions & { readonly reason: string }) =>
        (await import('./reconcile.ts')).reconcileActions(rim, id, options),
      ),
    );
}
