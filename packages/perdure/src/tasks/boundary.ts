/** `perdure task boundary`: where the agent at work hears of what is asked of it. */

import { passBoundary } from '@perdure/tasks';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { printable } from '../text/format.ts';
import { openTasks, writerOn } from './open-tasks.ts';
import { parseTaskId } from './parse.ts';
import { orThrow } from './refusal.ts';
import { heedLine, setIn, wordNumber } from './view-words.ts';
import type { WriteOptions } from './write-flags.ts';

const meanings = { go_on: 'Go on.', pause: 'Pause.', stop: 'Stop.' } as const;

export interface BoundaryOptions extends WriteOptions {
  /** Numbers of words that need not be told again. */
  readonly heeded?: readonly number[];
}

export async function boundaryOfTask(rim: Rim, id: string, options: BoundaryOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const { heeded = [] } = options;
  const request = { taskId: parseTaskId(id), heeded };
  const outcome = await passBoundary(tasks, await writerOn(rim, tasks, { id, options }), request);
  const { task, answer: report, settled } = orThrow(tasks, outcome);
  const data = { task_id: id, ...report, settled, desired_state: task.desired_state, revision: task.revision };
  printData(rim, options, data, () =>
    [
      `${meanings[report.answer]} ${setIn(report.note)}`.trimEnd(),
      ...settled.map(
        ({ intent, message, number }) => `Told no more: ${intent}${wordNumber(number)}: ${setIn(message)}`,
      ),
      ...report.steering.map(heedLine),
      ...report.open_actions.map((action) => `Action ${action} is started and not ended.`),
      ...report.void_criteria.map((criterion) => `The evidence of criterion ${criterion} is void.`),
      ...report.lanes.map(({ line, reasons }) => `Decide on lane ${line}: ${reasons.join('; ')}`),
      ...(report.quarantined === 0
        ? []
        : [`${report.quarantined} return(s) in quarantine: perdure task lane check ${id}`]),
    ]
      .map(printable)
      .join('\n'),
  );
  return 0;
}
