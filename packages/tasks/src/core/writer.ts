/** Who writes a command, and which commands may come from outside of the work. */

import type { Task } from '@perdure/contract';
import { isHuman } from './actors.ts';
import type { CommandContext, TaskCommand } from './commands.ts';
import { holdsLease } from './lease.ts';

/** Commands that need no lease, or look at it themselves. */
export function needsNoLease(command: TaskCommand, { actor }: Pick<CommandContext, 'actor'>): boolean {
  switch (command.type) {
    case 'control':
    case 'take_lease':
    case 'break_lease':
    case 'continue':
    // Of a closed task nobody holds one.
    case 'reopen':
      return true;
    case 'event':
    case 'fail':
      return isHuman(actor);
    case 'evidence':
      // Somebody's word is asked for while the agent at work waits for it.
      return command.evidence.kind === 'attest';
    default:
      return false;
  }
}

/**
 * Who wrote a command, as the log tells it: a token says better than a name who it is. People are asked for their word
 * by name.
 */
export function writerOf(task: Task, command: TaskCommand, context: CommandContext): string {
  const { actor, tokenHash } = context;
  const isNamed = isHuman(actor) || needsNoLease(command, context);
  return !isNamed && holdsLease(task, tokenHash) ? task.lease.holder : actor;
}
