/** `perdure task progress`: called hundreds of times, so nothing is loaded here that it does not need. */

import { compact } from '@perdure/contract';
import { reportProgress, type ProgressRequest } from '@perdure/tasks';
import { givenText } from '../cli/given-text.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks, writerOn } from './open-tasks.ts';
import { parseLine, parseTaskId, parseText } from './parse.ts';
import { orThrow } from './refusal.ts';
import type { WriteOptions } from './write-flags.ts';

export interface ProgressOptions extends WriteOptions {
  readonly phase?: string;
  readonly health?: string;
  readonly nextStep?: string;
  readonly tokens?: number;
}

export async function progressTask(rim: Rim, id: string, given: string, options: ProgressOptions): Promise<number> {
  const { phase, health, nextStep, tokens } = options;
  const report: ProgressRequest['report'] = {
    message: parseLine(await givenText(rim, given), 'The message', 2_000),
    ...compact({
      phase: phase === undefined ? undefined : parseLine(phase, '--phase', 100),
      health: health === undefined ? undefined : parseLine(health, '--health', 100),
      nextStep: nextStep === undefined ? undefined : parseText(await givenText(rim, nextStep), '--next-step', 5_000),
      tokens,
    }),
  };
  using tasks = await openTasks(rim, options);
  const request = { taskId: parseTaskId(id), report };
  const { task, waiting } = orThrow(
    tasks,
    await reportProgress(tasks, await writerOn(rim, tasks, { id, options }), request),
  );
  const data = {
    task_id: id,
    status: 'ok',
    message: report.message,
    revision: task.revision,
    controls_waiting: waiting,
  };
  printData(rim, options, data, () =>
    [
      `Recorded (revision ${task.revision}).`,
      ...(task.desired_state === 'running'
        ? []
        : [`The task is ${task.desired_state}: leave things in order and end your turn.`]),
      ...(waiting === 0 ? [] : [`${waiting} control(s) wait: perdure task boundary ${id}${tasks.place.homeFlag}`]),
    ].join('\n'),
  );
  return 0;
}
