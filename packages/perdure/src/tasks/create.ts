/** `perdure task create`: a new task, leased to whoever made it unless told otherwise. The token is printed once. */

import { compact, type Milestone, taskSchema } from '@perdure/contract';
import { createTask, deliveryFromEnvironment, taskView, withDelivery } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { withChecks } from './check-runner.ts';
import type { FieldOptions, MilestoneText } from './field-flags.ts';
import { readFields } from './fields.ts';
import { openTasks } from './open-tasks.ts';
import { parsed, parseTaskId } from './parse.ts';
import { projectOfTask } from './project-of-task.ts';
import { orThrow } from './refusal.ts';
import { leaseLines } from './view-lines.ts';
import { writerOf } from './writer.ts';

export interface CreateOptions extends CommonOptions, FieldOptions {
  readonly holder?: string;
  readonly title: string;
  readonly goal: string;
  readonly milestone?: readonly MilestoneText[];
  readonly force?: boolean;
  readonly takesLease: boolean;
}

export async function makeTask(rim: Rim, id: string, options: CreateOptions): Promise<number> {
  const taskId = parseTaskId(id);
  const given = await readFields(rim, options);
  const milestones = parsed(taskSchema.shape.milestones, (options.milestone ?? []).map(planned), '--milestone');
  using tasks = await openTasks(rim, options);
  const { place } = tasks;
  const outcome = await createTask(withChecks(rim, tasks), writerOf(rim, options), {
    taskId,
    fields: {
      project: projectOfTask(rim, place),
      ...given,
      artifacts: withDelivery(given.artifacts ?? [], deliveryFromEnvironment(rim.env)),
      title: options.title,
      goal: given.goal ?? '',
      milestones,
    },
    takesLease: options.takesLease,
    replace: options.force === true,
  });
  const { task, token, archived } = orThrow(tasks, outcome);
  const data = {
    ...taskView(task, rim.now()),
    ...compact({ lease_token: token, archived }),
  };
  printData(rim, options, data, () =>
    [
      `Created task ${taskId}.`,
      ...(archived === undefined ? [] : [`The one that had this id is kept as ${archived}.`]),
      ...(token === undefined
        ? [`Nobody works on it yet; take it up with: perdure task continue ${taskId}${place.homeFlag}`]
        : leaseLines(token, { isKept: tasks.keptTokens !== undefined })),
      ...(place.source === 'user'
        ? [`It is kept in ${place.paths.root}; \`perdure init\` would make a place for this project alone.`]
        : []),
      ...(task.done_criteria.length > 0
        ? []
        : [
            `It has no done criteria: add some with \`perdure task update ${taskId} --latest --criterion "…"${place.homeFlag}\`, or nothing says when it is done.`,
          ]),
    ].join('\n'),
  );
  return 0;
}

function planned({ id, title }: MilestoneText): Milestone {
  return { id, title, status: 'pending', percent: 0 };
}
