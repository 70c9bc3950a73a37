/** The few commands that most tests give. */

import type { Task } from '@perdure/contract';
import type { CommandContext, CreateTask, TaskCommand } from '../../src/core/commands.ts';
import { decideCreate } from '../../src/core/decide-create.ts';

export const context = (of: Partial<CommandContext> = {}): CommandContext => ({
  now: 1_000,
  actor: 'tester',
  revision: 'latest',
  ...of,
});

export const creation = (taskId: string, fields: Partial<CreateTask['fields']> = {}): CreateTask => ({
  type: 'create',
  task_id: taskId,
  fields: { title: `Task ${taskId}`, goal: 'to be done', ...fields },
});

export const progress = (message: string): TaskCommand => ({ type: 'progress', message });

/** A task as it is when it has just been created. */
export function newTask(command: CreateTask, now: number): Task {
  const decision = decideCreate(command, context({ now }));
  const created = decision.kind === 'events' ? decision.events[0] : undefined;
  if (created?.type === 'task_created') return created.data.task;
  throw new Error(`Task ${command.task_id} cannot be created.`);
}
