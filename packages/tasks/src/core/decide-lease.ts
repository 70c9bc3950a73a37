/** Taking a lease without taking up the work (`continue` does both), and letting go. */

import type { Task } from '@perdure/contract';
import { isHuman } from './actors.ts';
import { happened, refuse } from './answers.ts';
import type { CommandContext, TaskCommand } from './commands.ts';
import { holdsLease, leaseState, takeLease } from './lease.ts';
import type { Decision } from './ports.ts';

export function decideTakeLease(
  task: Task,
  command: Extract<TaskCommand, { readonly type: 'take_lease' }>,
  context: CommandContext,
): Decision {
  const taken = takeLease(task, command, context);
  return taken.kind === 'refused' ? taken : happened(taken.event);
}

export function decideReleaseLease(task: Task, context: CommandContext): Decision {
  if (holdsLease(task, context.tokenHash)) return happened({ type: 'lease_released', data: {} });
  if (leaseState(task.lease, context.now) !== 'expired') return happened();
  const message = `The expired lease on task ${task.task_id} is ${task.lease?.holder}'s to release; take it over with \`perdure task continue ${task.task_id} --take-over\`.`;
  return refuse('lease_held', message, { reason: 'expired', holder: task.lease?.holder });
}

export function decideBreakLease(
  task: Task,
  { reason }: Extract<TaskCommand, { readonly type: 'break_lease' }>,
  { actor, now, tokenHash }: CommandContext,
): Decision {
  // One's own needs no person.
  if (holdsLease(task, tokenHash)) return happened({ type: 'lease_broken', data: { reason } });
  const standing = leaseState(task.lease, now);
  if (standing === 'none' || standing === 'released') return happened();
  if (!isHuman(actor)) {
    const message = `Only a person breaks the lease of another; say who you are (owner, or human:<name>), or wait until ${task.lease?.expires_at}.`;
    return refuse('lease_held', message, { reason: 'held', holder: task.lease?.holder });
  }
  return happened({ type: 'lease_broken', data: { reason } });
}
