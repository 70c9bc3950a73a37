/**
 * `perdure task update`, `milestone` and `subtask`. They write on the newest revision, for each names what it sets and
 * the lease keeps others away; but a list is replaced whole, and whoever does that says what was seen: a stale copy
 * would undo what others added.
 */

import { compact, milestoneSchema, type MilestoneState, PerdureError, subtaskSchema } from '@perdure/contract';
import { taskView, type TaskCommand } from '@perdure/tasks';
import type { Rim } from '../cli/rim.ts';
import type { FieldOptions } from './field-flags.ts';
import { readFields } from './fields.ts';
import { openTasks, writeOrThrow } from './open-tasks.ts';
import type { WriteOptions } from './write-flags.ts';
import { printData } from '../cli/output.ts';
import { parsed } from './parse.ts';

export async function updateTask(rim: Rim, id: string, options: WriteOptions & FieldOptions): Promise<number> {
  const changes = await readFields(rim, options);
  const names = Object.keys(changes);
  if (names.length === 0)
    throw new PerdureError('usage', 'Nothing is to be changed; name a field, as --next-step "…".');
  const lists = names.filter((name) => Array.isArray(changes[name as keyof typeof changes]));
  if (lists.length > 0 && options.revision === undefined && options.latest !== true) {
    const message = `This replaces all of ${lists.join(', ')}: say which revision you have seen with --revision, or --latest.`;
    throw new PerdureError('usage', message);
  }
  return await change(rim, { id, command: { type: 'update', changes }, options, said: `Updated ${names.join(', ')}` });
}

export interface MilestoneOptions extends WriteOptions {
  readonly title?: string;
  readonly status?: MilestoneState;
  readonly percent?: number;
  readonly reason?: string;
}

export async function changeMilestone(rim: Rim, id: string, name: string, options: MilestoneOptions): Promise<number> {
  const { title, status, percent, reason } = options;
  const milestoneId = parsed(milestoneSchema.shape.id, name, 'The milestone');
  const changes = parsed(
    milestoneSchema.omit({ id: true }).partial(),
    compact({ title, status, percent, reason }),
    'The milestone',
  );
  const command = { type: 'milestone', id: milestoneId, changes: compact(changes) } as TaskCommand;
  return await change(rim, { id, command, options, said: `Milestone ${milestoneId}` });
}

export interface SubtaskOptions extends WriteOptions {
  readonly title?: string;
  readonly status?: string;
  readonly owner?: string;
  readonly dependsOn?: readonly string[];
}

export async function changeSubtask(rim: Rim, id: string, name: string, options: SubtaskOptions): Promise<number> {
  const { title, status, owner, dependsOn } = options;
  const { shape } = subtaskSchema;
  const subtaskId = parsed(shape.id, name, 'The subtask');
  const changes = compact({
    title: title === undefined ? undefined : parsed(shape.title, title, '--title'),
    status: status === undefined ? undefined : parsed(shape.status, status, '--status'),
    owner: owner === undefined ? undefined : parsed(shape.owner, owner, '--owner'),
    depends_on: dependsOn === undefined ? undefined : parsed(shape.depends_on, dependsOn, '--depends-on'),
  });
  const command = { type: 'subtask', id: subtaskId, changes } as TaskCommand;
  return await change(rim, { id, command, options, said: `Subtask ${subtaskId}` });
}

interface Change {
  readonly id: string;
  readonly command: TaskCommand;
  readonly options: WriteOptions;
  readonly said: string;
}

async function change(rim: Rim, { id, command, options, said }: Change): Promise<number> {
  using tasks = await openTasks(rim, options);
  const { task, events } = await writeOrThrow(rim, tasks, { id, command, options });
  const end = events.length === 0 ? 'nothing had to change' : `revision ${task.revision}`;
  printData(rim, options, taskView(task, rim.now()), () => `${said}: ${end}.`);
  return 0;
}
