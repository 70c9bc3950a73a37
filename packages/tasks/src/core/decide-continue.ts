/**
 * Taking a task up again after its agent lost its memory or died. In this order: what waits in the inbox is obeyed,
 * open actions are reconciled, and only if neither stands in the way the task runs again and the lease is given. A
 * continue that is held up by them is recorded and gives no lease: the answer says what to do (`continueAnswer`). What
 * somebody wants to rest, and may not be woken by this continue, is left as it is.
 */

import type { Task } from '@perdure/contract';
import { happened } from './answers.ts';
import type { CommandContext, HaltedState, TaskCommand } from './commands.ts';
import { applyInbox, tellSteering } from './decide-control.ts';
import { expiriesOf } from './decide-return.ts';
import { draftOf } from './draft.ts';
import { takeLease } from './lease.ts';
import { abandonedActions } from './pending.ts';
import type { Decision } from './ports.ts';
import { addReconcile } from './reconcile.ts';
import { move } from './transition.ts';
import { haltWaits } from './waiting.ts';

export function decideContinue(
  task: Task,
  command: Extract<TaskCommand, { readonly type: 'continue' }>,
  context: CommandContext,
): Decision {
  const taken = takeLease(task, command, context);
  if (taken.kind === 'refused') return taken;
  if (!mayWake(task, command.wakes)) return happened();
  const draft = draftOf(task, context);
  const abandoned = taken.isNew ? abandonedActions(task, context.now, taken.lease.attempt) : [];
  for (const id of abandoned) draft.add({ type: 'action_unknown', data: { id } });
  applyInbox(draft, context.now);
  for (const expiry of expiriesOf(task, context.now)) draft.add(expiry);
  const open = addReconcile(draft, 'continue');
  if (open.length === 0 && !isEndedByControl(task, draft.task)) {
    // Already running, and taken up by another: that is a resume too, though no arrow of the table.
    const resumed = move(draft.task, 'resume', { note: command.lease.holder });
    if (resumed.kind === 'moved') draft.add(resumed.event);
    else if (taken.isNew) {
      draft.add({ type: 'resume_started', data: { state: 'running', note: command.lease.holder } });
    }
    draft.add(taken.event);
    tellSteering(draft);
  } else if (task.lease !== null && task.lease.fence === command.gone) {
    // Whoever resolves what is open must not be kept away by a lease that nobody holds any more.
    draft.add({ type: 'lease_broken', data: { reason: 'the process of its holder is gone' } });
  }
  return happened(...draft.events);
}

/**
 * A pause or stop that waited is newer than the work, and asked for by somebody: it is obeyed, and whoever continues
 * again resumes.
 */
export function isEndedByControl(before: Task, after: Task): boolean {
  return after.desired_state !== 'running' && haltWaits(before);
}

/** A task that runs, or whose agent handed it over, needs no waking. */
export function mayWake({ desired_state: state, handed_over }: Task, wakes: readonly HaltedState[]): boolean {
  return handed_over || !(state === 'paused' || state === 'stopped') || wakes.includes(state);
}
