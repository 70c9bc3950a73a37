/** `perdure_create`: a new task, leased to whoever makes it. */

import { compact, taskSchema } from '@perdure/contract';
import { z } from 'zod';
import { createTask } from '../desk/create.ts';
import { withEvidence } from './host.ts';
import { refused, told } from './result.ts';
import { agentName, defineTool, records } from './tool.ts';

const { title, goal, done_criteria, constraints, next_step, execution_priority, acceptance } = taskSchema.shape;
const { id: milestoneId, title: milestoneTitle } = taskSchema.shape.milestones.element.shape;

export const createTool = defineTool({
  name: 'perdure_create',
  title: 'Create a task',
  tier: 'core',
  description:
    'Begin a durable task, before the work: for what takes more than a few minutes and several checkpoints. Answers with the lease that all later calls carry.',
  annotations: records,
  input: z.strictObject({
    task_id: taskSchema.shape.task_id.describe('New id: lower-case letters, digits, dots, dashes, underscores'),
    title: title.describe('One line'),
    goal: goal.describe('What is true when it is done, for somebody who knows nothing else'),
    done_criteria: done_criteria
      .min(1)
      .describe('Each one checkable by a command; perdure_verify names them by number from 1'),
    constraints: constraints.optional().describe('What must not happen'),
    milestones: z
      .array(z.strictObject({ id: milestoneId, title: milestoneTitle }))
      .optional()
      .describe('Checkpoints, in order'),
    next_step: next_step.describe('The first step'),
    execution_priority: execution_priority.optional().describe('What to save'),
    acceptance: acceptance
      .optional()
      .describe('Whose word beside a passed check a criterion needs; default auto: none'),
    budget: z.strictObject({ minutes: z.int().min(1).optional(), tokens: z.int().min(1).optional() }).optional(),
    agent: agentName.default('agent').describe('Your name in the log'),
  }),
  async call({ task_id: taskId, agent: name, milestones = [], budget, ...given }, host) {
    const fields = {
      ...compact(given),
      title: given.title,
      goal: given.goal,
      project: host.project,
      milestones: milestones.map((one) => ({ ...one, status: 'pending' as const, percent: 0 })),
      ...compact({ budget: budget === undefined ? undefined : compact(budget) }),
    };
    const outcome = await createTask(withEvidence(host), { name }, { taskId, fields, takesLease: true });
    if (outcome.kind === 'refused') return refused(outcome);
    const { task, token } = outcome;
    return told(task, `Task ${taskId} is created and yours.\nlease: ${token}`, { lease: token });
  },
});
