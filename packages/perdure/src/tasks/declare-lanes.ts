/** Worker lanes: lines of a task that are given to others, what they return, and what is decided on it. */

import { laneDecisions, laneOwners, laneStatuses, nextRoles, type LaneDecision } from '@perdure/contract';
import { Argument, Option, type Command } from 'commander';
import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import { repeated, wholeNumber, type CommonOptions } from '../cli/options.ts';
import type { AssignOptions } from './lane-assign.ts';
import type { DecideOptions } from './lane-decide.ts';
import type { CheckOptions } from './lane-look.ts';
import type { IngestOptions, SettleOptions } from './lane-return.ts';
import { withWrite, type WriteOptions } from './write-flags.ts';

export function declareLanes(task: Command, declaration: Declaration): void {
  const lane = noun(task, 'lane', 'Worker lanes: assign, brief, ingest, decide, check');
  declareAssign(lane, declaration);
  declareReturns(lane, declaration);
  declareDecide(lane, declaration);
  declareLooking(lane, declaration);
}

const minutes = (flag: string) => wholeNumber(flag, 1, 525_600);

function declareAssign(lane: Command, { rim, run }: Declaration): void {
  withWrite(
    leaf(lane, 'assign <id> <line> [goal]', {
      summary: 'Give a line of the work to a worker; again, for its next round',
      example: 'perdure task lane assign ship docs "Write the guide" --writes docs/guide.md --minutes 30',
    }),
  )
    .addOption(new Option('--owner <role>', 'whose line it is (default: worker)').choices(laneOwners))
    .option('--node <name>', 'the round, which its return has to name (default: start)')
    .option('--summary <text>', 'where the line stands')
    .option('--scope <text>', 'what belongs to it, and what does not')
    .option('--writes <path>', 'a path or glob that it may write; repeat it for more', repeated)
    .option('--coordination <text>', 'how lanes that write to the same places keep apart')
    .option('--minutes <count>', 'how long the round may take (default: 60)', minutes('--minutes'))
    .option('--pipeline <id>', 'let a run of it do the line; its end is the return')
    .option('--input <json>', 'input of that run; - for stdin')
    .option('--agent <handle>', 'let a member of the hub do the line; its answer is the return')
    .action(
      run(async (id: string, line: string, goal: string | undefined, options: AssignOptions) =>
        (await import('./lane-assign.ts')).assignOne(rim, { id, line, goal }, options),
      ),
    );
}

function declareReturns(lane: Command, { rim, run }: Declaration): void {
  withWrite(
    leaf(lane, 'ingest <id> [file]', {
      summary: 'Take what a worker returned: a file, or stdin',
      example: 'perdure task lane ingest ship return.txt',
    }),
  ).action(
    run(async (id: string, file: string | undefined, options: IngestOptions) =>
      (await import('./lane-return.ts')).ingest(rim, { id, file }, options),
    ),
  );
  const settlements = {
    adopt: ['adopted', 'Let a return count that was kept apart', 'perdure task lane adopt ship 019a1b2c'],
    drop: ['dropped', 'Put away a return that was kept apart', 'perdure task lane drop ship 019a1b2c'],
  } as const;
  for (const [name, [how, summary, example]] of Object.entries(settlements)) {
    withWrite(leaf(lane, `${name} <id> <return>`, { summary, example }))
      .option('--note <line>', 'why')
      .action(
        run(async (id: string, kept: string, options: SettleOptions) =>
          (await import('./lane-return.ts')).settle(rim, { id, kept, how }, options),
        ),
      );
  }
}

function declareDecide(lane: Command, { rim, run }: Declaration): void {
  withWrite(
    leaf(lane, 'decide <id> <line>', {
      summary: 'Say what becomes of a lane; the decision implies its status',
      example: 'perdure task lane decide ship docs complete',
    }),
  )
    .addArgument(new Argument('<decision>', 'what').choices(laneDecisions))
    .option('--note <text>', 'why')
    .addOption(new Option('--next-role <role>', 'whose turn it is').choices(nextRoles))
    .addOption(new Option('--status <status>', 'checked against the one that is implied').choices(laneStatuses))
    .option('--node <name>', 'dispatch: the next round')
    .option('--minutes <count>', 'dispatch: how long it may take', minutes('--minutes'))
    .option('--proof <text>', 'complete: where an unproved delivery can be seen')
    .action(
      run(async (id: string, line: string, decision: LaneDecision, options: DecideOptions) =>
        (await import('./lane-decide.ts')).decideOne(rim, { id, line, decision }, options),
      ),
    );
  withWrite(
    leaf(lane, 'expire <id>', {
      summary: 'Note lanes whose deadline has passed',
      example: 'perdure task lane expire ship',
    }),
  ).action(
    run(async (id: string, options: WriteOptions) => (await import('./lane-decide.ts')).expire(rim, id, options)),
  );
}

function declareLooking(lane: Command, { rim, run }: Declaration): void {
  leaf(lane, 'brief <id> <line>', {
    summary: 'What its worker is to be told',
    example: 'perdure task lane brief ship docs',
  }).action(
    run(async (id: string, line: string, options: CommonOptions) =>
      (await import('./lane-look.ts')).briefOf(rim, { id, line }, options),
    ),
  );
  leaf(lane, 'check <id>', {
    summary: 'Before a turn ends: dropped, waiting, active and resolved lanes',
    example: 'perdure task lane check ship --strict',
  })
    .option('--strict', 'exit 9 while a lane is dropped or not decided on')
    .action(run(async (id: string, options: CheckOptions) => (await import('./lane-look.ts')).check(rim, id, options)));
  leaf(lane, 'list <id>', { summary: 'All lanes of a task', example: 'perdure task lane list ship' }).action(
    run(async (id: string, options: CommonOptions) => (await import('./lane-look.ts')).listLanes(rim, id, options)),
  );
  leaf(lane, 'show <id> <line>', {
    summary: 'A lane with what it last returned, or a return that is kept apart',
    example: 'perdure task lane show ship docs',
  }).action(
    run(async (id: string, line: string, options: CommonOptions) =>
      (await import('./lane-look.ts')).showOne(rim, { id, line }, options),
    ),
  );
}
