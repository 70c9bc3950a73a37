/** `perdure_continue`: takes a task up again, or says why not. */

import type { Task } from '@perdure/contract';
import { z } from 'zod';
import { brief, type Brief } from '../core/brief.ts';
import type { TaskEvent } from '../core/events.ts';
import { fitWords, hiddenLines } from '../core/answer-room.ts';
import { renderBrief } from '../core/render-brief.ts';
import type { RankedTask } from '../core/select.ts';
import { heedOf, type ContinueAnswer } from '../core/told.ts';
import { forgetHandOvers } from '../desk/hand-over.ts';
import { takeUp, type TakeUpOutcome } from '../desk/take-up.ts';
import { candidates } from '../store/candidates.ts';
import { withEvidence, writerOf, type ToolHost } from './host.ts';
import { heedLine, refused, told, type ToolResult } from './result.ts';
import { agentName, defineTool, namedFields, records } from './tool.ts';

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
  async call({ task_id: taskId, take_over: takeOver, ...caller }, host) {
    if (taskId === undefined) return await openTasks(host);
    const request = { taskId, takeOver, wakes, ownLease: 'kept' } as const;
    const outcome = await takeUp(withEvidence(host), writerOf(caller), request);
    if (outcome.kind === 'refused') return refused(outcome);
    return outcome.kind === 'held_up' ? heldUp(host, outcome) : await takenUp(host, outcome);
  },
});

type OutcomeOf<Kind extends TakeUpOutcome['kind']> = Extract<TakeUpOutcome, { readonly kind: Kind }>;

async function takenUp(host: ToolHost, outcome: OutcomeOf<'taken_up'>): Promise<ToolResult> {
  const { task, token, promotedFrom, note, words, stale, handOvers, hidden, recent } = outcome;
  const why = note === '' ? '' : ` (${note})`;
  const steering = words.filter(({ isNew }) => !isNew);
  const lines = [
    ...(promotedFrom === null ? [] : [`It was ${promotedFrom}${why}, and runs again.`]),
    // The brief may cut a word, and this one is told as new only here.
    ...words.filter(({ isNew }) => isNew).map(heedLine),
    briefText(host, { task, recent, steering }),
    ...(stale.length > 0 ? [`Files have changed: ${stale.length} check(s) are void and have to be run again.`] : []),
    ...handOvers.map(({ context }) => `Handed over:\n${context}`),
    ...hiddenLines(task.task_id, hidden),
    `Go on with the next step.\nlease: ${token}`,
  ];
  const handed_over = handOvers.map(({ context }) => context);
  const data = { goes_on: true, lease: token, promoted_from: promotedFrom, next_step: task.next_step };
  const result = told(task, lines.join('\n'), { ...data, voided: stale, handed_over });
  await forgetHandOvers(host, handOvers);
  return result;
}

function heldUp(host: ToolHost, { task, recent, classification, keepsLease }: OutcomeOf<'held_up'>): ToolResult {
  const { action, reasons } = classification;
  const lease = keepsLease ? 'you keep the lease you have' : 'there is no lease';
  const why = `Do not go on, and ${lease}: ${action} (${reasons.join('; ')}).\n${advice[action]}`;
  const standing = fitWords(task.steering.map((one) => heedOf(task, one, false)));
  const text = `${why}\n\n${briefText(host, { task, recent, steering: standing.shown })}`;
  return told(task, text, { goes_on: false, action, reasons });
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
  repair_orchestration_line: 'Call perdure_continue again, then decide on each lane that names nobody as next.',
  controller_decision_needed: 'Call perdure_continue again, then decide on each lane that waits.',
  ask_to_resume: 'Ask the user whether to go on.',
  resume_active_line: 'Call perdure_continue again.',
  resume_main_flow: 'Call perdure_continue again.',
};

interface BriefState {
  readonly task: Task;
  readonly recent: readonly TaskEvent[];
  readonly steering: Brief['steering'];
}

function briefText({ now }: ToolHost, { task, recent, steering }: BriefState): string {
  return renderBrief(brief(task, { now: now(), recent, steering }));
}

const shownCandidates = 5;

async function openTasks({ store, folder, now, warn }: ToolHost): Promise<ToolResult> {
  const ranked = (await candidates(store, { folder, now: now(), warn })).slice(0, shownCandidates);
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
