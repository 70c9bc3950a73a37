/** `perdure_continue`: takes a task up again, or says why not. */

import { type Task } from '@perdure/contract';
import { z } from 'zod';
import { brief, briefEvents, doneEvents, type Brief } from '../core/brief.ts';
import { holdsLease } from '../core/lease.ts';
import type { ResumeItem } from '../core/ports.ts';
import { renderBrief } from '../core/render-brief.ts';
import type { RankedTask } from '../core/select.ts';
import { continueAnswer, heeds, type ContinueAnswer, type Heed } from '../core/told.ts';
import { sha256 } from '../core/sha256.ts';
import { candidates } from '../store/candidates.ts';
import { voidStale } from './checks.ts';
import { contextOf, leaseFor, mirrored, type ToolHost } from './host.ts';
import { agentName, defineTool, heedLine, namedFields, records, refused, told, type ToolResult } from './tool.ts';

/** Whoever names a task is told to go on with it, whatever its state. */
const wakes = ['paused', 'stopped'] as const;

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
    agent: agentName.default('agent').describe('Your name in the log'),
    take_over: z.boolean().default(false).describe('Take it over from a holder whose lease has expired'),
  }),
  async call({ task_id, agent: holder, take_over: takeOver, ...seen }, host) {
    if (task_id === undefined) return await openTasks(host);
    const asked = contextOf(host, { ...seen, agent: holder });
    const standing = await host.store.get(task_id);
    const isMine = standing !== undefined && holdsLease(standing, asked.tokenHash);
    const token = isMine && seen.lease !== undefined ? seen.lease : host.newToken();
    const context = isMine ? asked : { now: asked.now, actor: holder, revision: asked.revision };
    const command = { type: 'continue', lease: leaseFor(host, holder, token), takeOver, wakes } as const;
    const outcome = await mirrored(host, await host.store.apply(task_id, command, context));
    if (outcome.kind === 'refused') return refused(outcome);
    const { task, before = task } = outcome;
    const answer = continueAnswer(before, task, { now: host.now(), tokenHash: sha256(token), wakes });
    if (!answer.goesOn) return await heldUp(host, task, { answer, keepsLease: holdsLease(task, sha256(token)) });
    return await goOn(host, task, { answer, token, before, words: heeds(task, outcome.events) });
  },
});

interface TakenUp {
  readonly answer: ContinueAnswer;
  readonly token: string;
  /** As it rested. */
  readonly before: Task;
  readonly words: readonly Heed[];
}

async function goOn(host: ToolHost, taken: Task, { answer, token, before, words }: TakenUp): Promise<ToolResult> {
  const { promotedFrom } = answer;
  const { task, voided } = await voidStale(host, taken, token);
  const items = await handOversOf(host, task.task_id);
  const why = before.operator_note === '' ? '' : ` (${before.operator_note})`;
  const lines = [
    ...(promotedFrom === null ? [] : [`It was ${promotedFrom}${why}, and runs again.`]),
    // The brief may cut a word, and this one is told as new only here.
    ...words.filter(({ isNew }) => isNew).map(heedLine),
    await briefOf(
      host,
      task,
      words.filter(({ isNew }) => !isNew),
    ),
    ...(voided.length > 0 ? [`Files have changed: ${voided.length} check(s) are void and have to be run again.`] : []),
    ...items.map(({ context }) => `Handed over:\n${context}`),
    `Go on with the next step.\nlease: ${token}`,
  ];
  const handed_over = items.map(({ context }) => context);
  const data = { goes_on: true, lease: token, promoted_from: promotedFrom, next_step: task.next_step };
  const result = told(task, lines.join('\n'), { ...data, voided, handed_over });
  // Not before the answer is made: else what fails on the way to it would lose them.
  await host.store.resumeQueue.remove(items.map(({ id }) => id));
  return result;
}

async function heldUp(
  host: ToolHost,
  task: Task,
  { answer, keepsLease }: { readonly answer: ContinueAnswer; readonly keepsLease: boolean },
): Promise<ToolResult> {
  const { action, reasons } = answer.classification;
  const lease = keepsLease ? 'you keep the lease you have' : 'there is no lease';
  const why = `Do not go on, and ${lease}: ${action} (${reasons.join('; ')}).\n${advice[action]}`;
  return told(task, `${why}\n\n${await briefOf(host, task)}`, { goes_on: false, action, reasons });
}

/** By the action of the resume table, in the words of these tools. */
const advice: Readonly<Record<ContinueAnswer['classification']['action'], string>> = {
  stay_paused: 'A person has paused it. Tell the user where it stands; it goes on when they say so.',
  stay_stopped: 'A person has stopped it. Tell the user where it stands; it goes on when they say so.',
  none: 'It is completed: there is nothing to do.',
  manual_recovery: 'It has failed: tell the user.',
  leave_alone: 'Somebody is at work on it: leave it alone.',
  user_control_pending: 'What a person asked for waits: perdure_boundary with your lease, and obey its answer.',
  reconcile_first:
    'Find out in the outside world what became of each open action, say so with perdure_action (resolve_done or resolve_failed), then perdure_continue again.',
  ask_to_resume: 'Ask the user whether to go on.',
  resume_main_flow: 'Call perdure_continue again.',
};

async function briefOf(host: ToolHost, task: Task, steering: Brief['steering'] = task.steering): Promise<string> {
  const recent = await host.store.recent(task.task_id, briefEvents, doneEvents);
  return renderBrief(brief(task, { now: host.now(), recent, steering }));
}

async function handOversOf({ store }: ToolHost, taskId: string): Promise<readonly ResumeItem[]> {
  return (await store.resumeQueue.list()).filter((item) => item.taskId === taskId);
}

const shownCandidates = 5;

async function openTasks({ store, folder, now, log }: ToolHost): Promise<ToolResult> {
  const ranked = (await candidates(store, { folder, now: now(), warn: log })).slice(0, shownCandidates);
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
