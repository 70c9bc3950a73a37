/** `perdure task milestone`: changes a milestone, or adds one. */

import { compact, milestoneSchema, type MilestoneState } from '@perdure/contract';
import type { TaskCommand } from '@perdure/tasks';
import type { Rim } from '../cli/rim.ts';
import { change } from './change.ts';
import { parsed } from './parse.ts';
import type { WriteOptions } from './write-flags.ts';

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
