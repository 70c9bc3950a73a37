/** `perdure task subtask`: changes a subtask, or adds one. */

import { compact, subtaskSchema } from '@perdure/contract';
import type { TaskCommand } from '@perdure/tasks';
import type { Rim } from '../cli/rim.ts';
import { change } from './change.ts';
import { parsed } from './parse.ts';
import type { WriteOptions } from './write-flags.ts';

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
