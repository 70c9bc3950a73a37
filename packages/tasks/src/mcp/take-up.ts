/** `perdure_create` and `perdure_continue`: the two that hand out a lease. */

import { isTaskClosed, taskSchema, type Task } from '@perdure/contract';
import { z } from 'zod';
import { isHuman } from '../core/actors.ts';
import { brief, briefEvents, doneEvents, type Brief } from '../core/brief.ts';
import { holdsLease } from '../core/lease.ts';
import { renderBrief } from '../core/render-brief.ts';
import type { RankedTask } from '../core/select.ts';
import { continueAnswer, heeds, type ContinueAnswer } from '../core/told.ts';
import { sha256 } from '../rim/sha256.ts';
import { candidates } from '../store/candidates.ts';
import { voidStale } from './checks.ts';
import { contextOf, leaseFor, mirrored, type ToolHost } from './host.ts';
import { defineTool, namedFields, records, refused, told, type ToolResult } from './tool.ts';

const agent = z
  .string()
  .min(1)
  .max(100)
  .refine((name) => !isHuman(name), 'an agent does not call itself a person')
  .default('agent')
  .describe('Your name in the log');

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
    agent,
  }),
  async call({ task_id, agent: holder, milestones = [], budget, ...given }, host) {
    const token = host.newToken();
    const fields = {
      ...present(given),
      title: given.title,
      goal: given.goal,
      project: host.project,
      milestones: milestones.map((one) => ({ ...one, status: 'pending' as const, percent: 0 })),
      ...(budget === undefined ? {} : { budget: present(budget) }),
    };
    const context = { now: host.now(), actor: holder, revision: 'latest' } as const;
    const command = { type: 'create', task_id, fields, lease: leaseFor(host, holder, token) } as const;
    const outcome = await mirrored(host, await host.store.create(command, context));
    if (outcome.kind === 'refused') return refused(outcome);
    return told(outcome.task, `Task ${task_id} is created and yours.\nlease: ${token}`, { lease: token });
  },
});

export const continueTool = defineTool({
  name: 'perdure_continue',
  title: 'Continue a task',
  tier: 'core',
  description:
    'Take a task up again after a reset, a crash or a hand-over: brief, next step and a lease, or why not to go on. Without task_id: the open tasks to choose from, and nothing is changed.',
  annotations: records,
  input: z.strictObject({
    ...namedFields,
    task_id: namedFields.task_id.optional(),
    agent,
    take_over: z.boolean().default(false).describe('Take it over from a holder whose lease has expired'),
  }),
  async call({ task_id, agent: holder, take_over: takeOver, ...seen }, host) {
    if (task_id === undefined) return await openTasks(host);
    const named = { ...seen, task_id };
    const asked = contextOf(host, named);
    const standing = await host.store.get(task_id);
    const isMine = standing !== undefined && holdsLease(standing, asked.tokenHash);
    const token = isMine && seen.lease !== undefined ? seen.lease : host.newToken();
    const context = isMine ? asked : { now: asked.now, actor: holder, revision: asked.revision };
    const command = { type: 'continue', lease: leaseFor(host, holder, token), takeOver } as const;
    const outcome = await mirrored(host, await host.store.apply(task_id, command, context));
    if (outcome.kind === 'refused') return refused(outcome);
    const { task, before = task } = outcome;
    const answer = continueAnswer(before, task, { now: host.now(), tokenHash: sha256(token) });
    return answer.goesOn
      ? await goOn(host, task, { answer, token, steering: heeds(task, outcome.events) })
      : await heldUp(host, task, answer);
  },
});

async function goOn(
  host: ToolHost,
  taken: Task,
  {
    answer,
    token,
    steering,
  }: { readonly answer: ContinueAnswer; readonly token: string; readonly steering: Brief['steering'] },
): Promise<ToolResult> {
  const { task, voided } = await voidStale(host, taken, token);
  const handedOver = await takeHandOvers(host, task.task_id);
  const lines = [
    await briefOf(host, task, steering),
    ...(voided.length > 0 ? [`Files have changed: ${voided.length} check(s) are void and have to be run again.`] : []),
    ...handedOver.map((context) => `Handed over:\n${context}`),
    `Go on with the next step.\nlease: ${token}`,
  ];
  const data = { goes_on: true, lease: token, promoted_from: answer.promotedFrom, next_step: task.next_step };
  return told(task, lines.join('\n'), { ...data, voided, handed_over: handedOver });
}

async function heldUp(host: ToolHost, task: Task, { classification }: ContinueAnswer): Promise<ToolResult> {
  const { action, reasons, steps } = classification;
  const why = `Do not go on, and there is no lease: ${action} (${reasons.join('; ')}).\nDo: ${steps.join(', ')}. `;
  const how = isTaskClosed(task.desired_state) ? '' : 'Then perdure_continue again.';
  return told(task, `${why}${how}\n\n${await briefOf(host, task)}`, { goes_on: false, action, reasons, steps });
}

async function briefOf(host: ToolHost, task: Task, steering: Brief['steering'] = task.steering): Promise<string> {
  const recent = await host.store.recent(task.task_id, briefEvents, doneEvents);
  return renderBrief(brief(task, { now: host.now(), recent, steering }));
}

async function takeHandOvers({ store }: ToolHost, taskId: string): Promise<readonly string[]> {
  const items = (await store.resumeQueue.list()).filter((item) => item.taskId === taskId);
  await store.resumeQueue.remove(items.map(({ id }) => id));
  return items.map(({ context }) => context);
}

const shownCandidates = 5;

async function openTasks({ store, project: folder, now }: ToolHost): Promise<ToolResult> {
  const ranked = (await candidates(store, { folder, now: now() })).slice(0, shownCandidates);
  const rows = ranked.map(({ task, why }) => ({ task_id: task.task_id, title: task.title, why }));
  const text =
    ranked.length === 0
      ? 'There is no open task; perdure_create begins one.'
      : `Call again with the task_id that is meant; the first is the likeliest.\n${ranked.map(lineOf).join('\n')}`;
  return { text, data: { candidates: rows } };
}

function lineOf({ task, why }: RankedTask): string {
  return `- ${task.task_id}: ${task.title}. ${why}`;
}

/** Without the members that are undefined. */
function present<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
