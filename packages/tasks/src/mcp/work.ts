/** `perdure_progress`, `perdure_boundary` and `perdure_action`: what an agent says while it works. */

import { taskSchema } from '@perdure/contract';
import { z } from 'zod';
import type { TaskCommand } from '../core/commands.ts';
import { handOver } from '../core/context-guard.ts';
import { statusLine } from '../core/status-line.ts';
import { boundaryAnswer } from '../core/told.ts';
import { waitingControls } from '../core/waiting.ts';
import { write, type Named, type ToolHost } from './host.ts';
import { defineTool, heedLine, namedFields, records, refused, told, type ToolResult } from './tool.ts';

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
  async call({ message, next_step: nextStep, milestone: moved, phase: at, health: how, tokens, ...named }, host) {
    if (moved !== undefined) {
      const { id, ...changes } = moved;
      const outcome = await write(host, named, { type: 'milestone', id, changes: defined(changes) });
      if (outcome.kind === 'refused') return refused(outcome);
    }
    const said = defined({ nextStep, phase: at, health: how, tokens });
    // The revision that the caller saw was compared by the first of the two.
    const second = moved === undefined ? named : { ...named, revision: undefined };
    const outcome = await write(host, second, { type: 'progress', message, ...said });
    if (outcome.kind === 'refused') return refused(outcome);
    const { task } = outcome;
    const waiting = waitingControls(task).length;
    const alarm = waiting === 0 ? '' : `\n${waiting} control(s) wait: call perdure_boundary before anything else.`;
    return told(task, `${statusLine(task)}${alarm}`, { controls_waiting: waiting });
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
      .describe('How full your context is, if you know; at 50 hand over'),
  }),
  async call({ context_percent: percent, ...named }, host) {
    if (percent !== undefined) {
      const reported = await reportContext(host, named, percent);
      if (reported !== undefined) return reported;
    }
    // The revision that the caller saw was compared by the first of the two.
    const seen = percent === undefined ? named : { ...named, revision: undefined };
    const outcome = await write(host, seen, { type: 'boundary' });
    if (outcome.kind === 'refused') return refused(outcome);
    const said = boundaryAnswer(outcome.task, outcome.events);
    const lines = [
      `${said.answer}: ${meanings[said.answer]}`,
      ...said.steering.map(heedLine),
      ...(said.note === '' ? [] : [`Note: ${said.note}`]),
      ...said.open_actions.map((id) => `Action ${id} is started and not ended.`),
      ...said.void_criteria.map((criterion) => `The evidence of criterion ${criterion} is void.`),
    ];
    return told(outcome.task, lines.join('\n'), { ...said });
  },
});

/** Undefined where nothing is handed over: the boundary has the answer. */
async function reportContext(host: ToolHost, named: Named, percent: number): Promise<ToolResult | undefined> {
  const outcome = await write(host, named, { type: 'context', percent, session: '' });
  if (outcome.kind === 'refused') return refused(outcome);
  const item = handOver(outcome.task, percent);
  if (item === undefined) return undefined;
  await host.store.resumeQueue.add({ ...item, id: host.newId(), session: '', createdAt: host.now() });
  const text =
    'handed over: the task is paused and your lease has ended. Stop here; whoever begins with an empty context calls perdure_continue.';
  return told(outcome.task, text, { answer: 'hand_over', steering: [], note: '' });
}

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
    'Two phases around each effect outside (send, publish, deploy, pay). start before it: answers with a key to hand to the receiver. done or failed after it. resolve: one whose end nobody saw, once you have found out what became of it.',
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
  async call({ phase: step, action_id: actionId, text, ...named }, host) {
    const outcome = await write(host, named, actionCommand(step, actionId, text));
    if (outcome.kind === 'refused') return refused(outcome);
    const record = Object.hasOwn(outcome.task.action_states, actionId)
      ? outcome.task.action_states[actionId]
      : undefined;
    const status = record?.status ?? 'resolved';
    const advice = step === 'start' ? ` Act now, with the key ${record?.key}, then say how it ended.` : '';
    return told(outcome.task, `Action ${actionId}: ${status}.${advice}`, {
      action_id: actionId,
      status,
      key: record?.key,
    });
  },
});

function actionCommand(
  step: 'start' | 'done' | 'failed' | 'resolve_done' | 'resolve_failed',
  actionId: string,
  text: string,
): TaskCommand {
  switch (step) {
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

/** Without the members that are undefined. */
function defined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
