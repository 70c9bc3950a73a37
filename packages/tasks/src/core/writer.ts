/** Who writes a command, and which commands may come from outside of the work. */

import type { Task } from '@perdure/contract';
import { isHuman } from './actors.ts';
import type { CommandContext, SingleCommand } from './commands.ts';
import { holdsLease } from './lease.ts';

/** Commands that need no lease, or look at it themselves. */
export function needsNoLease(command: SingleCommand, { actor, tokenHash }: CommandContext): boolean {
  switch (command.type) {
    case 'control':
    case 'take_lease':
    case 'break_lease':
    case 'continue':
    // Of a closed task nobody holds one.
    case 'reopen':
    // Of a worker, who holds none: what counts is that its lane is at work, at the node that it names.
    case 'ingest_return':
    // Facts that anybody may find: a deadline that passed, a run that was started.
    case 'expire_lanes':
    case 'note_lane_run':
      return true;
    case 'bind':
    case 'update':
      // Who is told, and what done means is for a person to say, also while an agent is at work.
      return isHuman(actor) && tokenHash === undefined;
    case 'event':
    case 'fail':
      return isHuman(actor);
    case 'settle_words':
      return command.how === 'withdrawn';
    case 'evidence':
      // Somebody's word is asked for while the agent at work waits for it.
      return command.evidence.kind === 'attest';
    default:
      return false;
  }
}

/**
 * The same context under the name of whoever speaks: a token says better than a name who it is, and whoever holds the
 * lease is no other by calling itself so, nor a person.
 */
export function asSpeaker(task: Task, context: CommandContext): CommandContext {
  return holdsLease(task, context.tokenHash) ? { ...context, actor: task.lease.holder } : context;
}
