/** Commands about runs. */

import { compact, finishedStatuses, PerdureError, runStatuses } from '@perdure/contract';
import { type Command, Option } from 'commander';
import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import { span, wholeNumber, type CommonOptions } from '../cli/options.ts';
import { withAnswer } from '../waits/answer-flags.ts';
import type { AnswerOptions } from '../waits/answer.ts';
import type { ForkOptions } from './fork.ts';
import type { ListOptions } from './list.ts';
import type { Order } from './order.ts';
import type { PruneOptions } from './remove.ts';
import type { ResumeMany } from './resume-many.ts';
import { idempotencyKey, watchMeaning, withRunFlags } from './run-flags.ts';
import type { RunOptions } from './run.ts';
import type { ShowOptions } from './show.ts';

export const sampleRun = 'perdure run plan-and-review "Build a URL shortener service" --watch';
const sampleId = '019a1b2c-3d4e';

const runSummary =
  'Run a pipeline: its steps on stderr, its output on stdout. Waits as long as the run does, at a question too; Ctrl-C leaves, the run goes on';

const orders: Readonly<Record<Order, string>> = {
  pause: 'Pause before the next step; the one in flight is finished and kept',
  resume: 'Go on with a paused run, or with one that needed attention',
  cancel: 'End a run; what it armed is undone',
  retry: 'Go on with a failed run at its failed step',
};

export function declareRuns(declaration: Declaration): void {
  declareRun(declaration);
  const runs = noun(declaration.program, 'runs', 'Runs: list, look, steer');
  declareReading(runs, declaration);
  declareOrders(runs, declaration);
  declareSteering(runs, declaration);
  declareRemoval(runs, declaration);
}

function declareRun({ program, rim, run }: Declaration): void {
  const command = leaf(program, 'run <pipeline> [prompt]', {
    summary: runSummary,
    example: sampleRun,
  });
  withRunFlags(command).action(
    run(async (pipeline: string, prompt: string | undefined, options: RunOptions) =>
      (await import('./run.ts')).runPipeline(rim, {
        ...options,
        pipeline,
        ...compact({ prompt }),
      }),
    ),
  );
}

function declareReading(runs: Command, { rim, run }: Declaration): void {
  leaf(runs, 'list', {
    summary: 'Runs, newest first; what `perdure runs` alone does',
    example: 'perdure runs list --status failed',
    isDefault: true,
  })
    .addOption(new Option('--status <status>', 'only runs in this status').choices(runStatuses))
    .option('--pipeline <id>', 'only runs of this pipeline')
    .option('--limit <count>', 'how many', wholeNumber('--limit', 1, 1000), 20)
    .option('--cursor <cursor>', 'go on where the list before ended')
    .action(run(async (options: ListOptions) => (await import('./list.ts')).listRuns(rim, options)));

  leaf(runs, 'show <id>', {
    summary: 'A run, or <id>/<step key>: status, steps, how to go on; a unique prefix of the id will do',
    example: `perdure runs show ${sampleId}`,
  })
    .option('--all', 'every item of a wide fan-out, not only those that are not done')
    .option('--output', 'the output and nothing else')
    .action(run(async (id: string, options: ShowOptions) => (await import('./show.ts')).showRun(rim, id, options)));

  leaf(runs, 'watch <id>', {
    summary: 'Follow a run to where it stops; with --json its events as NDJSON. Ctrl-C leaves, the run goes on',
    example: `perdure runs watch ${sampleId}`,
  }).action(run(async (id: string, options: CommonOptions) => (await import('./watch.ts')).watchRun(rim, id, options)));
}

interface ResumeOptions extends ResumeMany {
  readonly held?: boolean;
  readonly all?: boolean;
}

function declareOrders(runs: Command, { rim, run }: Declaration): void {
  for (const [order, summary] of Object.entries(orders) as [Order, string][]) {
    if (order === 'resume') continue;
    leaf(runs, `${order} <id>`, { summary, example: `perdure runs ${order} ${sampleId}` }).action(
      run(async (id: string, options: CommonOptions) => (await import('./order.ts')).orderRun(rim, order, id, options)),
    );
  }
  leaf(runs, 'resume [id]', { summary: orders.resume, example: `perdure runs resume ${sampleId}` })
    .option('--held', 'instead of one: every run that a start has held')
    .option('--all', 'instead of one: every run that needs attention, once its cause is mended')
    .option('--pipeline <id>', 'with --held or --all: those of this pipeline alone')
    .action(
      run(async (id: string | undefined, options: ResumeOptions) => {
        const { held = false, all = false } = options;
        if (Number(id !== undefined) + Number(held) + Number(all) !== 1)
          throw new PerdureError('usage', '`perdure runs resume` takes the id of a run, or --held, or --all.');
        if (id !== undefined) return (await import('./order.ts')).orderRun(rim, 'resume', id, options);
        const many = await import('./resume-many.ts');
        return await (held ? many.resumeHeld(rim, options) : many.resumeAttention(rim, options));
      }),
    );
}

function declareSteering(runs: Command, { rim, run }: Declaration): void {
  leaf(runs, 'steer <id> <text>', {
    summary: 'Tell the agents at work something before their next turn, else the next one; - reads it from stdin',
    example: `perdure runs steer ${sampleId} "Leave the payment service alone"`,
  }).action(
    run(async (id: string, text: string, options: CommonOptions) =>
      (await import('./steer.ts')).steerRun(rim, { ...options, run: id, text }),
    ),
  );

  leaf(runs, 'fork <id>', {
    summary:
      'Start a second run of the same input: it keeps what had ended before a step, and does that step and the rest anew',
    example: `perdure runs fork ${sampleId} --from review/2/planner --watch`,
  })
    .requiredOption('--from <key>', 'step that the new run does first by itself')
    .option('--watch', watchMeaning)
    .addOption(idempotencyKey())
    .action(run(async (id: string, options: ForkOptions) => (await import('./fork.ts')).forkRun(rim, id, options)));

  withAnswer(
    leaf(runs, 'answer <id> [answer]', {
      summary: 'Answer the question of a run, or of one below it: as JSON, as plain text, as @file, or - for stdin',
      example: `perdure runs answer ${sampleId} --approve`,
    }),
  ).action(
    run(async (id: string, answer: string | undefined, options: AnswerOptions) =>
      (await import('./answer.ts')).answerRun(rim, id, {
        ...options,
        ...compact({ answer }),
      }),
    ),
  );
}

function declareRemoval(runs: Command, { rim, run }: Declaration): void {
  leaf(runs, 'delete <id...>', {
    summary: 'Delete runs that have ended, with all below them and their folders',
    example: `perdure runs delete ${sampleId}`,
  }).action(
    run(async (ids: string[], options: CommonOptions) => (await import('./remove.ts')).deleteRuns(rim, ids, options)),
  );

  leaf(runs, 'prune', {
    summary: 'Delete runs that ended long ago',
    example: 'perdure runs prune --older-than 30d --dry-run',
  })
    .requiredOption('--older-than <span>', 'how long ago they ended, at least: 30d, 12h', span('--older-than'))
    .addOption(new Option('--status <status>', 'only those that ended so').choices(finishedStatuses))
    .option('--dry-run', 'only show which they are')
    .action(run(async (options: PruneOptions) => (await import('./remove.ts')).pruneRuns(rim, options)));
}
