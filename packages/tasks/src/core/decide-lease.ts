/** Taking a lease without taking up the work (`continue` does both), and letting go. */

import type { Task } from '@perdure/contract';
import { happened, refuse } from './answers.ts';
import type { CommandContext, TaskCommand } from './commands.ts';
import { holdsLease, leaseStanding, takeLease } from './lease.ts';
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
  if (leaseStanding(task.lease, context.now) !== 'expired') return happened();
  const message = `The expired lease on task ${task.task_id} is ${task.lease?.holder}'s to release; take it over with \`perdure task continue ${task.task_id} --take-over\`.`;
  return refuse('lease_held', message, { reason: 'expired', holder: task.lease?.holder });
}
