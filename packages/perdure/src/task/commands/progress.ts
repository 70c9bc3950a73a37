/** `perdure task progress`: called hundreds of times, so nothing is loaded here that it does not need. */

import { waitingControls, type TaskCommand } from '@perdure/tasks';
import type { Rim } from '../../cli/rim.ts';
import { openDesk, write } from '../desk.ts';
import { givenText } from '../given.ts';
import type { WriteOptions } from '../options.ts';
import { answer } from '../output.ts';
import { parseLine, parseText } from '../parse.ts';

export interface ProgressOptions extends WriteOptions {
  readonly phase?: string;
  readonly health?: string;
  readonly nextStep?: string;
  readonly tokens?: number;
}

export async function reportProgress(rim: Rim, id: string, given: string, options: ProgressOptions): Promise<number> {
  const { phase, health, nextStep, tokens } = options;
  const command: TaskCommand = {
    type: 'progress',
    message: parseLine(await givenText(rim, given), 'The message', 2_000),
    ...(phase === undefined ? {} : { phase: parseLine(phase, '--phase', 100) }),
    ...(health === undefined ? {} : { health: parseLine(health, '--health', 100) }),
    ...(nextStep === undefined ? {} : { nextStep: parseText(nextStep, '--next-step', 5_000) }),
    ...(tokens === undefined ? {} : { tokens }),
  };
  using desk = await openDesk(rim, options);
  const { task } = await write(rim, desk, { id, command, options });
  const waiting = waitingControls(task).length;
  const data = {
    task_id: id,
    status: 'ok',
    message: command.message,
    revision: task.revision,
    controls_waiting: waiting,
  };
  answer(rim, options, data, () =>
    [
      `Recorded (revision ${task.revision}).`,
      ...(task.desired_state === 'running'
        ? []
        : [`The task is ${task.desired_state}: leave things in order and end your turn.`]),
      ...(waiting === 0 ? [] : [`${waiting} control(s) wait: perdure task boundary ${id}${desk.place.homeFlag}`]),
    ].join('\n'),
  );
  return 0;
}
