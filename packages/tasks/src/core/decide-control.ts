/**
 * Controls: what a person or a program asks for while somebody works. One that must wait goes to the inbox; at the next
 * boundary all of them are applied, oldest first, each as what it was. One whose arrow the table does not have by then
 * is applied without effect.
 */

import { compact, type Control, type Task } from '@perdure/contract';
import { isHuman } from './actors.ts';
import { enumerate, happened, refuse } from './answers.ts';
import type { CommandContext, TaskCommand } from './commands.ts';
import { expiriesOf } from './decide-return.ts';
import { draftOf, type Draft } from './draft.ts';
import type { TaskEventBody } from './events.ts';
import { holdsLease, leaseState } from './lease.ts';
import { abandonedActions, unknownActions } from './pending.ts';
import type { Decision, Refusal } from './ports.ts';
import { keptWords, toTell, wordsOf } from './steering.ts';
import { haltOfAnother } from './resume-right.ts';
import { isoTime } from './time.ts';
import { move } from './transition.ts';
import { changesState, haltWaits, tooManyStand, tooManyWait } from './waiting.ts';

type Command<Type extends TaskCommand['type']> = Extract<TaskCommand, { readonly type: Type }>;
type ControlCommand = Command<'control'>;

export function decideControl(task: Task, command: ControlCommand, context: CommandContext): Decision {
  const { controlId: id, intent, message, unsafeReason } = command;
  const forbidden = intent === 'resume' ? haltOfAnother(task, context) : undefined;
  if (forbidden !== undefined) return forbidden;
  const control: Control = {
    id,
    intent,
    message,
    by: context.actor,
    at: isoTime(context.now),
    ...compact({ unsafe_reason: unsafeReason }),
  };
  if (command.when === 'boundary' || unsafeReason !== undefined) {
    const isQueued = task.inbox.some((waiting) => waiting.id === id);
    const tooMany = tooManyWait(task) ?? tooManyStand(task, command);
    return isQueued ? happened() : (tooMany ?? happened({ type: 'user_control_deferred', data: { control } }));
  }
  const isHalt = intent === 'pause' || intent === 'stop';
  const tooMany = isHalt || message.trim() === '' ? undefined : (tooManyWait(task) ?? tooManyStand(task, command));
  if (tooMany !== undefined) return tooMany;
  if (intent === 'resume') return decideResume(task, { control, context });
  const received = receipt(control);
  if (!isHalt) return happened(received);
  const halted = halt(task, intent, message);
  if (halted.kind === 'moved') return happened(received, halted.event);
  return addsWords(task, command) ? happened(received) : halted;
}

/** What is paused is paused once more by another, who has a reason of their own. */
function addsWords({ desired_state: state, operator_note: note }: Task, { intent, message }: ControlCommand): boolean {
  const isThere = state === 'paused' ? intent === 'pause' : state === 'stopped';
  return isThere && message.trim() !== '' && message !== note;
}

/**
 * Takes words back, or says that they were heeded: they are told no more. The log keeps them. Back are they taken by
 * whoever said them, or by a person.
 */
export function decideSettle(
  task: Task,
  { numbers, how }: Command<'settle_words'>,
  { actor }: CommandContext,
): Decision {
  const words = keptWords(task);
  const unknown = numbers.filter((number) => !words.some((one) => one.number === number));
  if (unknown.length > 0) return notKept(task, unknown);
  const chosen = words.filter(({ number }) => number !== undefined && numbers.includes(number));
  const others = how === 'withdrawn' && !isHuman(actor) ? chosen.filter(({ by }) => by !== actor) : [];
  if (others.length > 0) return notTheirs(task, others);
  const unheard = how === 'heeded' ? chosen.filter(({ id }) => !isTold(task, id)) : [];
  if (unheard.length > 0) {
    const message = `Nobody who works was told of "${unheard[0]?.message.slice(0, 80)}" yet; pass a boundary first.`;
    return refuse('conflict', message, { unheard: unheard.map(({ id }) => id) });
  }
  return happened({ type: 'controls_settled', data: { controls: chosen.map(wordsOf), how } });
}

function notKept(task: Task, unknown: readonly number[]): Refusal {
  const { task_id: id, words_said: said } = task;
  const there = keptWords(task).flatMap(({ number }) => number ?? []);
  const what = unknown.every((number) => number <= said) ? 'keeps no longer' : 'has no';
  const kept = there.length === 0 ? 'none is kept' : `kept are ${enumerate(there.map(String), 20)}`;
  const message = `Task ${id} ${what} word ${enumerate(unknown.map(String))}, ${kept}; see them with \`perdure task show ${id}\`.`;
  return refuse('not_found', message, { unknown, kept: there });
}

/** Else an agent could rid itself of what it was told. */
function notTheirs({ task_id: id }: Task, others: readonly Control[]): Refusal {
  const [{ number, by } = {}] = others;
  const message = `Word ${number} of task ${id} was said by ${by}: they take it back, or a person does (\`--holder owner --lease ""\`); whoever works and is done with it says so with \`perdure task boundary ${id} --heeded ${number}\`.`;
  return refuse('conflict', message, { numbers: others.map((one) => one.number) });
}

function isTold({ steering }: Task, id: string): boolean {
  return steering.some((one) => one.id === id && one.told);
}

/**
 * The newest word: what waits from before is applied first, so that no old pause ends what was resumed, or goes on
 * running.
 */
function decideResume(
  task: Task,
  { control, context }: { readonly control: Control; readonly context: CommandContext },
): Decision {
  const moved = move(task, 'resume', { note: control.message });
  if (moved.kind === 'refused' && !haltWaits(task)) return moved;
  const blocked = blockedResume(task, context.now);
  if (blocked !== undefined) return blocked;
  const draft = draftOf(task, context);
  applyInbox(draft, context.now);
  draft.add(receipt(control));
  const resumed = move(draft.task, 'resume', { note: control.message });
  if (resumed.kind === 'moved') draft.add(resumed.event);
  return happened(...draft.events);
}

export function decideBoundary(task: Task, context: CommandContext): Decision {
  const draft = draftOf(task, context);
  applyInbox(draft, context.now);
  for (const expiry of expiriesOf(task, context.now)) draft.add(expiry);
  if (isAtWork(task, context)) tellSteering(draft);
  if (obeysHalt(draft.task, context)) draft.add({ type: 'lease_rested', data: {} });
  return happened(...draft.events);
}

/** The holder hears with this answer that the work is to rest, so its lease is in nobody's way any longer. */
function obeysHalt(task: Task, { tokenHash }: CommandContext): boolean {
  return task.desired_state !== 'running' && holdsLease(task, tokenHash) && task.lease.rests !== true;
}

/** Words are for whoever works: the holder of the lease, or, where nobody holds one, any agent that works without. */
function isAtWork(task: Task, { tokenHash, actor, now }: CommandContext): boolean {
  if (holdsLease(task, tokenHash)) return true;
  const standing = leaseState(task.lease, now);
  return (standing === 'none' || standing === 'released') && !isHuman(actor);
}

/** Records that whoever works hears what they have not heard yet. */
export function tellSteering(draft: Draft): void {
  const data = toTell(draft.task);
  if (data !== undefined) draft.add({ type: 'controls_told', data });
}

/** Empties the inbox into the draft. */
export function applyInbox(draft: Draft, now: number): void {
  for (const control of draft.task.inbox) {
    draft.add({ type: 'user_control_applied', data: { control, untold: true } });
    const { intent, message } = control;
    if (!changesState(intent) || (intent === 'resume' && !mayResume(draft.task, control, now))) continue;
    const moved = intent === 'resume' ? move(draft.task, intent, { note: message }) : halt(draft.task, intent, message);
    if (moved.kind === 'moved') draft.add(moved.event);
  }
}

/** Whoever halted it after this resume was asked for does not mean it to go on. */
function mayResume(task: Task, { at }: Control, now: number): boolean {
  return task.halts.every((halt) => halt.at <= at) && blockedResume(task, now) === undefined;
}

/** A task that its agent handed over is paused already: the pause of somebody else makes it one that wants to rest. */
function halt(task: Task, intent: 'pause' | 'stop', message: string): ReturnType<typeof move> {
  if (intent === 'stop' || !task.handed_over) return move(task, intent, { note: message });
  return { kind: 'moved', event: { type: 'pause_requested', data: { state: 'paused', note: message } } };
}

function receipt(control: Control): TaskEventBody {
  return { type: 'user_control_received', data: { control, untold: true } };
}

/** Nothing goes on over an effect that may or may not have been had. */
export function blockedResume(task: Task, now: number): Refusal | undefined {
  const open = [...unknownActions(task), ...abandonedActions(task, now)];
  if (open.length === 0) return undefined;
  const message = `Nobody saw the end of ${enumerate(open)} of task ${task.task_id}; find out what became of it and resolve it before the task goes on.`;
  return refuse('conflict', message, { unknown: open });
}
