/** `perdure_progress`, `perdure_boundary` and `perdure_action`: what an agent says while it works. */

import { compact, taskSchema } from '@perdure/contract';
import { z } from 'zod';
import { headLine } from '../core/status-line.ts';
import { recordAction, type ActionRequest } from '../desk/action.ts';
import { passBoundary, reportAndPassBoundary } from '../desk/boundary.ts';
import { reportProgress } from '../desk/progress.ts';
import { writerOf } from './host.ts';
import { heedLine, refused, told, wordNumber } from './result.ts';
import { defineTool, namedFields, records } from './tool.ts';

const { phase, health, next_step, milestones } = taskSchema.shape;
const milestone = milestones.element.shape;

export const progressTool = defineTool({
  name: 'perdure_progress',
  title: 'Report progress',
  tier: 'core',
  description: 'Record what was done in this slice and what comes next, so that anybody could go on from here.',
  annotations: records,
  input: z.strictObject({
    ...namedFields,
    message: z.string().min(1).max(2_000).describe('What was done, with facts'),
    next_step: next_step.optional().describe('What comes next; keep it true'),
    phase: phase.optional(),
    health: health.optional().describe('healthy, or what is wrong'),
    tokens: z.int().min(0).optional().describe('Tokens used since the last report'),
    milestone: z
      .strictObject({
        id: milestone.id,
        title: milestone.title.optional().describe('For a new one'),
        status: milestone.status.optional(),
        percent: milestone.percent.optional(),
        reason: milestone.reason.describe('Why it is dropped'),
      })
      .optional()
      .describe('The milestone that this moved'),
  }),
  async call({ task_id: taskId, message, milestone: moved, lease, revision, next_step: nextStep, ...given }, host) {
    const { id = '', ...changes } = moved ?? {};
    const outcome = await reportProgress(host, writerOf({ lease, revision }), {
      taskId,
      report: { message, ...compact({ nextStep, ...given }) },
      milestone: moved === undefined ? undefined : { id, changes: compact(changes) },
    });
    if (outcome.kind === 'refused') return refused(outcome);
    const { task, waiting } = outcome;
    const alarm = waiting === 0 ? '' : `\n${waiting} control(s) wait: call perdure_boundary before anything else.`;
    return told(task, `${headLine(task)}${alarm}`, { controls_waiting: waiting });
  },
});

export const boundaryTool = defineTool({
  name: 'perdure_boundary',
  title: 'Ask between two slices',
  tier: 'core',
  description:
    'Between two slices: may I go on? Answers at once with go_on, pause or stop, and with steering to follow. Renews the lease.',
  annotations: { ...records, idempotentHint: true },
  input: z.strictObject({
    ...namedFields,
    context_percent: z
      .int()
      .min(0)
      .max(100)
      .optional()
      .describe('How full your context is, if you know; from 45 prepare, at 50 hand over'),
    heeded: z.array(z.int().min(1)).max(50).optional().describe('Numbers of words that need not be told again'),
  }),
  async call({ task_id: taskId, context_percent: percent, heeded = [], ...caller }, host) {
    const outcome =
      percent === undefined
        ? await passBoundary(host, writerOf(caller), { taskId, heeded })
        : await reportAndPassBoundary(host, writerOf(caller), { taskId, percent, heeded });
    if (outcome.kind === 'refused') return refused(outcome);
    if (outcome.kind === 'handed_over') {
      return told(outcome.task, handedOver, { answer: 'hand_over', steering: [], note: '' });
    }
    const { task, answer, settled, isFilling = false } = outcome;
    const lines = [
      `${answer.answer}: ${meanings[answer.answer]}`,
      ...(isFilling ? [prepare] : []),
      ...settled.map(({ intent, message, number }) => `Told no more: ${intent}${wordNumber(number)}: ${message}`),
      ...answer.steering.map(heedLine),
      ...(answer.note === '' ? [] : [`Note: ${answer.note}`]),
      ...answer.open_actions.map((id) => `Action ${id} is started and not ended.`),
      ...answer.void_criteria.map((criterion) => `The evidence of criterion ${criterion} is void.`),
      ...answer.lanes.map(({ line, reasons }) => `Decide on lane ${line}: ${reasons.join('; ')}`),
    ];
    return told(task, lines.join('\n'), { ...answer, settled, prepare: isFilling });
  },
});

const prepare =
  'prepare: your context fills up. Finish this slice and begin nothing; report a next_step that a stranger can follow, for at 50 you hand over.';

const handedOver =
  'handed over: the task is paused and your lease has ended. Stop here; whoever begins with an empty context calls perdure_continue.';

const meanings = {
  go_on: 'do the next slice.',
  pause: 'stop working now, leave everything in order, and wait to be told to continue.',
  stop: 'stop working on this task now, and tell the user.',
} as const;

export const actionTool = defineTool({
  name: 'perdure_action',
  title: 'Record an action with outside effects',
  tier: 'core',
  description:
    'Two phases around each effect outside (send, publish, deploy, pay). start before it: answers with a key to hand to the receiver. done or failed after it. resolve_done or resolve_failed: one whose end nobody saw, once you have found out what became of it.',
  annotations: { ...records, idempotentHint: true },
  input: z.strictObject({
    ...namedFields,
    phase: z.enum(['start', 'done', 'failed', 'resolve_done', 'resolve_failed']),
    action_id: z.string().max(100).describe('Yours; the same for every try of the same effect'),
    text: z
      .string()
      .min(1)
      .max(500)
      .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'must be one line')
      .describe('One line. start: what will be done; done, failed: the result; resolve_…: how you found out'),
  }),
  async call({ task_id: taskId, phase: stage, action_id: actionId, text, ...caller }, host) {
    const step = stepOf(stage, actionId, text);
    const outcome = await recordAction(host, writerOf(caller), { taskId, step });
    if (outcome.kind === 'refused') return refused(outcome);
    const { task, record } = outcome;
    const status = record?.status ?? 'resolved';
    const advice = stage === 'start' ? ` Act now, with the key ${record?.key}, then say how it ended.` : '';
    const data = { action_id: actionId, status, key: record?.key };
    return told(task, `Action ${actionId}: ${status}.${advice}`, data);
  },
});

function stepOf(
  phase: 'start' | 'done' | 'failed' | 'resolve_done' | 'resolve_failed',
  actionId: string,
  text: string,
): ActionRequest['step'] {
  switch (phase) {
    case 'start':
      return { type: 'start_action', actionId, summary: text };
    case 'done':
      return { type: 'end_action', actionId, status: 'success', result: text };
    case 'failed':
      return { type: 'end_action', actionId, status: 'failed', result: text };
    case 'resolve_done':
      return { type: 'resolve_action', actionId, status: 'success', how: text };
    default:
      return { type: 'resolve_action', actionId, status: 'failed', how: text };
  }
}
