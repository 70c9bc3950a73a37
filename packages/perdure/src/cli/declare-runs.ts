/** Commands about runs. */

import { runStatuses } from '@perdure/contract';
import { Option } from 'commander';
import type { RunOptions } from '../commands/run.ts';
import type { ListOptions } from '../commands/runs-list.ts';
import type { Order } from '../commands/runs-order.ts';
import { leaf, noun, type Declaration } from './declaration.ts';
import { wholeNumber, type CommonOptions } from './options.ts';

export const sampleRun = 'perdure run plan-and-review "Build a URL shortener service" --watch';
const sampleId = '019a1b2c-3d4e';

const orders: Readonly<Record<Order, string>> = {
  pause: 'Pause before the next step; the one in flight is finished and kept',
  resume: 'Go on with a paused run, or with one that needed attention',
  cancel: 'End a run; what it armed is undone',
  retry: 'Go on with a failed run at its failed step',
};

export function declareRuns({ program, rim, run }: Declaration): void {
  leaf(program, 'run <pipeline> [prompt]', { summary: 'Run a pipeline and print its output', example: sampleRun })
    .option('--input <json>', 'input as JSON, as @file, or - for stdin; instead of a prompt')
    .option('--watch', 'show steps and text as they come; piped: events as NDJSON')
    .option(
      '--wait <seconds>',
      'stop waiting after so long, the run goes on; 0 only prints its id',
      wholeNumber('--wait', 0, 86_400),
    )
    .option('--idempotency-key <key>', 'the same key with the same input is the same run')
    .action(
      run(async (pipeline: string, prompt: string | undefined, options: RunOptions) =>
        (await import('../commands/run.ts')).runPipeline(rim, {
          ...options,
          pipeline,
          ...(prompt === undefined ? {} : { prompt }),
        }),
      ),
    );

  const runs = noun(program, 'runs', 'Runs: list, look, steer');
  leaf(runs, 'list', { summary: 'Runs, newest first', example: 'perdure runs list --status failed' })
    .addOption(new Option('--status <status>', 'only runs in this status').choices(runStatuses))
    .option('--pipeline <id>', 'only runs of this pipeline')
    .option('--limit <count>', 'how many', wholeNumber('--limit', 1, 1000), 20)
    .option('--cursor <cursor>', 'go on where the list before ended')
    .action(run(async (options: ListOptions) => (await import('../commands/runs-list.ts')).listRuns(rim, options)));

  leaf(runs, 'show <id>', {
    summary: 'A run, or <id>/<step key>: status, steps, how to go on; a unique prefix of the id will do',
    example: `perdure runs show ${sampleId}`,
  }).action(
    run(async (id: string, options: CommonOptions) =>
      (await import('../commands/runs-show.ts')).showRun(rim, id, options),
    ),
  );

  leaf(runs, 'watch <id>', {
    summary: 'Follow a run to where it stops; piped: events as NDJSON',
    example: `perdure runs watch ${sampleId}`,
  }).action(
    run(async (id: string, options: CommonOptions) =>
      (await import('../commands/runs-watch.ts')).watchRun(rim, id, options),
    ),
  );

  for (const [order, summary] of Object.entries(orders) as [Order, string][]) {
    leaf(runs, `${order} <id>`, { summary, example: `perdure runs ${order} ${sampleId}` }).action(
      run(async (id: string, options: CommonOptions) =>
        (await import('../commands/runs-order.ts')).orderRun(rim, order, id, options),
      ),
    );
  }
}
