/** Commands about tasks. What each does is in `commands/`, loaded when it runs. */

import type { Command } from 'commander';
import { familiesFor, noun, type Declaration, type Family } from '../cli/declaration.ts';
import { agreement } from './agreement.ts';
import { declareBoundary, declareControl } from './declare-control.ts';
import { declareContinue, declareCreate, declareEnd } from './declare-course.ts';
import { declareArchives, declareFiles, declareLooking, declareQueue } from './declare-keeping.ts';
import { declareReports, declareSweep } from './declare-reports.ts';
import { declareLanes } from './declare-lanes.ts';
import { declareActions, declareParts, declareProgress, declareVerify } from './declare-work.ts';

export const taskFamilies: readonly Family<(task: Command, declaration: Declaration) => void>[] = [
  { names: ['create'], declare: declareCreate },
  { names: ['continue', 'release'], declare: declareContinue },
  { names: ['complete', 'fail', 'reopen'], declare: declareEnd },
  { names: ['progress', 'context', 'event'], declare: declareProgress },
  { names: ['update', 'milestone', 'subtask'], declare: declareParts },
  { names: ['verify'], declare: declareVerify },
  { names: ['action', 'reconcile'], declare: declareActions },
  { names: ['lane'], declare: declareLanes },
  { names: ['boundary'], declare: declareBoundary },
  { names: ['pause', 'stop', 'steer', 'edit', 'note', 'resume', 'control'], declare: declareControl },
  { names: ['show', 'list', 'recent', 'prime'], declare: declareLooking },
  { names: ['status', 'report', 'bind'], declare: declareReports },
  { names: ['tick', 'cron', 'deliveries'], declare: declareSweep },
  { names: ['queue'], declare: declareQueue },
  { names: ['rebuild', 'import', 'export'], declare: declareFiles },
  { names: ['archive', 'restore'], declare: declareArchives },
];

export function declareTasks(declaration: Declaration): void {
  const task = noun(
    declaration.program,
    'task',
    'Tasks: the ledger of a long piece of work, for any agent',
  ).addHelpText('after', `\n${agreement}`);
  for (const declare of familiesFor(taskFamilies, declaration.words[1])) declare(task, declaration);
}
