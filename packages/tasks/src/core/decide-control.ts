/**
 * Controls: what a person or a program asks for while somebody works. One that must wait goes to the inbox; at the next boundary all of
 * them are applied, oldest first, each as what it was. One whose arrow the table does not have by then is applied without effect.
 */

import type { Control, ControlIntent, Task } from '@perdure/contract';
import { enumerate, happened, refuse } from './answers.ts';
import type { CommandContext, TaskCommand } from './commands.ts';
import { draftOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { unknownActions } from './pending.ts';
import type { Decision, Refusal } from './ports.ts';
import { untold } from './steering.ts';
import { isoTime } from './time.ts';
import { move } from './transition.ts';

type ControlCommand = Extract<TaskCommand, { readonly type: 'control' }>;

export function decideControl(task: Task, command: ControlCommand, context: CommandContext): Decision {
  const { controlId: id, intent, message, unsafeReason } = command;
  const control: Control = {
    id,
    intent,
    message,
    by: context.actor,
    at: isoTime(context.now),
    ...(unsafeReason === undefined ? {} : { unsafe_reason: unsafeReason }),
  };
  if (command.when === 'boundary' || unsafeReason !== undefined) {
    const isQueued = task.inbox.some((waiting) => waiting.id === id);
    return isQueued ? happened() : happened({ type: 'user_control_deferred', data: { control } });
  }
  const received = { type: 'user_control_received', data: { control } } as const;
  if (!changesState(intent)) return happened(received);
  if (intent === 'resume') return decideResume(task, { control, context });
  const moved = move(task, intent, { note: message });
  return moved.kind === 'refused' ? moved : happened(received, moved.event);
}

/** The newest word: what waits from before is applied first, so that no old pause ends what was resumed. */
function decideResume(
  task: Task,
  { control, context }: { readonly control: Control; readonly context: CommandContext },
): Decision {
  const moved = move(task, 'resume', { note: control.message });
  if (moved.kind === 'refused') return moved;
  const blocked = blockedResume(task);
  if (blocked !== undefined) return blocked;
  const draft = draftOf(task, context);
  applyInbox(draft);
  draft.add({ type: 'user_control_received', data: { control } });
  const resumed = move(draft.task, 'resume', { note: control.message });
  if (resumed.kind === 'moved') draft.add(resumed.event);
  return happened(...draft.events);
}

export function decideBoundary(task: Task, context: CommandContext): Decision {
  const draft = draftOf(task, context);
  applyInbox(draft);
  tellSteering(draft);
  return happened(...draft.events);
}

/** Records that whoever works hears what they have not heard yet. */
export function tellSteering(draft: Draft): void {
  const controls = untold(draft.task).map(({ id, intent, message }) => ({ id, intent, message }));
  if (controls.length > 0) draft.add({ type: 'controls_told', data: { controls } });
}

/** Empties the inbox into the draft. */
export function applyInbox(draft: Draft): void {
  for (const control of draft.task.inbox) {
    draft.add({ type: 'user_control_applied', data: { control } });
    const { intent, message } = control;
    if (!changesState(intent) || (intent === 'resume' && blockedResume(draft.task) !== undefined)) continue;
    const moved = move(draft.task, intent, { note: message });
    if (moved.kind === 'moved') draft.add(moved.event);
  }
}

/** Nothing goes on over an effect that may or may not have been had. */
export function blockedResume(task: Task): Refusal | undefined {
  const open = unknownActions(task);
  if (open.length === 0) return undefined;
  const message = `Nobody saw the end of ${enumerate(open)} of task ${task.task_id}; find out what became of it and resolve it before the task goes on.`;
  return refuse('conflict', message, { unknown: open });
}

function changesState(intent: ControlIntent): intent is 'pause' | 'stop' | 'resume' {
  return intent === 'pause' || intent === 'stop' || intent === 'resume';
}
