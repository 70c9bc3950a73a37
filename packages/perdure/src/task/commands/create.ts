/** `perdure task create`: a new task, leased to whoever made it unless told otherwise. The token is printed once. */

import { taskSchema, type Milestone } from '@perdure/contract';
import { taskView, type CreateTask } from '@perdure/tasks';
import type { CommonOptions } from '../../cli/options.ts';
import type { Rim } from '../../cli/rim.ts';
import { mirrored, openDesk, orThrow } from '../desk.ts';
import type { FieldOptions } from '../field-flags.ts';
import { readFields } from '../fields.ts';
import type { MilestoneText } from '../options.ts';
import { answer } from '../output.ts';
import { parsed, parseTaskId } from '../parse.ts';
import { projectOf } from '../project.ts';
import { contextOf, newLease } from '../who.ts';
import { leaseLines } from './release.ts';

export interface CreateOptions extends CommonOptions, FieldOptions {
  readonly holder?: string;
  readonly title: string;
  readonly goal: string;
  readonly milestone?: readonly MilestoneText[];
  readonly force?: boolean;
  readonly takesLease: boolean;
}

export async function createTask(rim: Rim, id: string, options: CreateOptions): Promise<number> {
  const taskId = parseTaskId(id);
  const given = await readFields(rim, options);
  const milestones = parsed(taskSchema.shape.milestones, (options.milestone ?? []).map(planned), '--milestone');
  using desk = await openDesk(rim, options);
  const made = options.takesLease ? newLease(rim, options) : undefined;
  const command: CreateTask = {
    type: 'create',
    task_id: taskId,
    fields: { project: projectOf(rim, desk.place), ...given, title: options.title, goal: given.goal ?? '', milestones },
    ...(made === undefined ? {} : { lease: made.lease }),
  };
  // The lease of another task, which the shell may still hold, is none of this one.
  const { tokenHash: _, ...context } = contextOf(rim, options);
  const outcome = orThrow(desk, await desk.store.create(command, context, { replace: options.force === true }));
  const { task, archived } = await mirrored(rim, desk, { written: outcome, options });
  const data = {
    ...taskView(task, rim.now()),
    ...(made === undefined ? {} : { lease_token: made.token }),
    ...(archived === undefined ? {} : { archived }),
  };
  answer(rim, options, data, () =>
    [
      `Created task ${taskId}.`,
      ...(archived === undefined ? [] : [`The one that had this id is kept as ${archived}.`]),
      ...(made === undefined
        ? [`Nobody works on it yet; take it up with: perdure task continue ${taskId}${desk.place.homeFlag}`]
        : leaseLines(made.token)),
      ...(desk.place.source === 'user'
        ? [`It is kept in ${desk.place.paths.root}; \`perdure init\` would make a place for this project alone.`]
        : []),
      ...(task.done_criteria.length > 0
        ? []
        : [
            `It has no done criteria: add some with \`perdure task update ${taskId} --latest --criterion "…"${desk.place.homeFlag}\`, or nothing says when it is done.`,
          ]),
    ].join('\n'),
  );
  return 0;
}

function planned({ id, title }: MilestoneText): Milestone {
  return { id, title, status: 'pending', percent: 0 };
}
