/** Tools beyond the core: to look at tasks, to change their plan, to steer those of others. */

import { compact, controlIntents, taskSchema, taskStates } from '@perdure/contract';
import { z } from 'zod';
import { brief } from '../core/brief.ts';
import { renderBrief } from '../core/render-brief.ts';
import { displayState } from '../core/classify.ts';
import { markOf, reservations } from '../core/reservations.ts';
import { taskSummary } from '../core/view.ts';
import { controlTask } from '../desk/control.ts';
import { showTask } from '../desk/show.ts';
import { writeTask } from '../desk/write.ts';
import { withEvidence, writerOf } from './host.ts';
import { refused, told } from './result.ts';
import { defineTool, namedFields, reads, records } from './tool.ts';

export const listTool = defineTool({
  name: 'perdure_list',
  title: 'List tasks',
  tier: 'standard',
  description: 'Tasks, newest work first.',
  annotations: reads,
  input: z.strictObject({
    state: z.enum(taskStates).optional(),
    cursor: z.string().max(100).optional().describe('next of the page before'),
    limit: z.int().min(1).max(100).default(20),
  }),
  async call({ state, cursor, limit }, host) {
    const filter = state === undefined ? {} : { state };
    const page = await host.store.list(filter, { limit, ...compact({ cursor }) });
    const tasks = page.data.map((task) => taskSummary(task, host.now()));
    const lines = page.data.map(
      (task) => `- ${task.task_id} (${displayState(task, host.now())}${markOf(task)}): ${task.title}`,
    );
    return { text: lines.join('\n') || 'No tasks.', data: { tasks, next: page.next ?? null } };
  },
});

export const showTool = defineTool({
  name: 'perdure_show',
  title: 'Show a task',
  tier: 'standard',
  description: 'The brief of a task, without taking it up.',
  annotations: reads,
  input: z.strictObject({ task_id: namedFields.task_id }),
  async call({ task_id: taskId }, host) {
    const outcome = await showTask(withEvidence(host), { taskId });
    // The words of the store name a command of the shell.
    if (outcome.kind === 'refused') return refused({ ...outcome, message: `There is no task "${taskId}".` });
    const { task, stale, recent } = outcome;
    const known = brief(task, { now: host.now(), recent });
    const { override, dropped_criteria } = task;
    const seen = [renderBrief(known), ...reservations(task)].join('\n');
    return told(task, seen, { brief: known, stale, override, dropped_criteria });
  },
});

const { title, goal, done_criteria, constraints, risk_notes, last_verified_step } = taskSchema.shape;

export const updateTool = defineTool({
  name: 'perdure_update',
  title: 'Change the plan of a task',
  tier: 'standard',
  description: 'Replace fields of the plan; lists are replaced whole.',
  annotations: { ...records, destructiveHint: true, idempotentHint: true },
  input: z.strictObject({
    ...namedFields,
    title: title.optional(),
    goal: goal.optional(),
    done_criteria: done_criteria.optional(),
    constraints: constraints.optional(),
    risk_notes: risk_notes.optional(),
    last_verified_step: last_verified_step.optional(),
  }),
  async call({ task_id: taskId, lease, revision, ...given }, host) {
    const entries = Object.entries(given).filter(([, value]) => value !== undefined);
    const command = { type: 'update', changes: Object.fromEntries(entries) } as const;
    const outcome = await writeTask(host, writerOf({ lease, revision }), { taskId, command });
    return outcome.kind === 'refused' ? refused(outcome) : told(outcome.task, 'The plan is as you said.');
  },
});

export const controlTool = defineTool({
  name: 'perdure_control',
  title: 'Control a task',
  tier: 'all',
  description:
    'Pause, stop, steer or note a task that somebody else works on; no lease needed. Only when the user asks for it.',
  annotations: { ...records, destructiveHint: true },
  input: z.strictObject({
    task_id: namedFields.task_id,
    intent: z.enum(controlIntents),
    message: z.string().max(10_000).default(''),
    when: z.enum(['now', 'boundary']).default('boundary'),
  }),
  async call({ task_id: taskId, intent, message, when }, host) {
    const outcome = await controlTask(host, {}, { taskId, intent, message, when });
    if (outcome.kind === 'refused') return refused(outcome);
    const { kind, task } = outcome;
    return told(task, kind === 'applied' ? `Done: ${intent}.` : `${intent} waits for the next boundary.`);
  },
});
