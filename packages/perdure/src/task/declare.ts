/** Commands about tasks. What each does is in `commands/`, loaded when it runs. */

import { noun, type Declaration } from '../cli/declaration.ts';
import { agreement } from './agreement.ts';
import { declareControl } from './declare-control.ts';
import { declareCourse } from './declare-course.ts';
import { declareKeeping } from './declare-keeping.ts';
import { declareWork } from './declare-work.ts';

export function declareTasks(declaration: Declaration): void {
  const task = noun(
    declaration.program,
    'task',
    'Tasks: the ledger of a long piece of work, for any agent',
  ).addHelpText('after', `\n${agreement}`);
  declareCourse(task, declaration);
  declareWork(task, declaration);
  declareControl(task, declaration);
  declareKeeping(task, declaration);
}
