/**
 * What a command does to a task: events, or a refusal. Pure and total. Three guards stand in front of every command,
 * in this order: the writer has seen the newest revision, the task is not closed, the lease is not another's. Families
 * of commands are decided in files of their own.
 */

import { isTaskClosed, type Task } from '@perdure/contract';
import { happened, refuse } from './answers.ts';
import type { CommandContext, SingleCommand, TaskCommand } from './commands.ts';
import { decideEndAction, decideReconcile, decideResolveAction, decideStartAction } from './decide-action.ts';
import { decideContinue } from './decide-continue.ts';
import { decideBoundary, decideControl, decideSettle } from './decide-control.ts';
import {
  decideBind,
  decideContext,
  decideEvent,
  decideMilestone,
  decideProgress,
  decideSubtask,
  decideUpdate,
} from './decide-edit.ts';
import { decideComplete, decideFail, decideReopen } from './decide-ending.ts';
import { decideEvidence, decideVoidEvidence } from './decide-evidence.ts';
import { decideSetLedger } from './decide-ledger.ts';
import { decideAssignLane, decideDecideLane } from './decide-lane.ts';
import { decideBreakLease, decideReleaseLease, decideTakeLease } from './decide-lease.ts';
import { decideExpireLanes, decideLaneRun, decideReturn, decideSettleReturn } from './decide-return.ts';
import { draftOf } from './draft.ts';
import { guardLease, renewal } from './lease.ts';
import type { Decision, Refusal } from './ports.ts';
import { impossible } from './transition.ts';
import { asSpeaker, needsNoLease } from './writer.ts';

/** Decides on one task; the caller numbers the events, folds them with `evolve` and writes both in one transaction. */
export function decide(task: Task, command: TaskCommand, asked: CommandContext): Decision {
  const context = asSpeaker(task, asked);
  const refusal = staleRevision(task, context);
  if (refusal !== undefined) return refusal;
  const decision =
    command.type === 'all' ? decideAll(task, command.commands, context) : decideOne(task, command, context);
  return decision.kind === 'refused' ? decision : renewed(task, decision, context);
}

/** Each is decided on what the ones before it made of the task. */
function decideAll(task: Task, commands: readonly SingleCommand[], context: CommandContext): Decision {
  const draft = draftOf(task, context);
  for (const command of commands) {
    const decision = decideOne(draft.task, command, context);
    if (decision.kind === 'refused') return decision;
    decision.events.forEach((event) => draft.add(event));
  }
  return happened(...draft.events);
}

function decideOne(task: Task, command: SingleCommand, context: CommandContext): Decision {
  return closedTask(task, command) ?? leaseInTheWay(task, command, context) ?? decideFamily(task, command, context);
}

function decideFamily(task: Task, command: SingleCommand, context: CommandContext): Decision {
  switch (command.type) {
    case 'update':
      return decideUpdate(task, command, context);
    case 'progress':
      return decideProgress(command);
    case 'milestone':
      return decideMilestone(task, command);
    case 'subtask':
      return decideSubtask(task, command);
    case 'control':
      return decideControl(task, command, context);
    case 'settle_words':
      return decideSettle(task, command, context);
    case 'boundary':
      return decideBoundary(task, context);
    case 'take_lease':
      return decideTakeLease(task, command, context);
    case 'renew_lease':
      // Every write of the holder renews it.
      return happened();
    case 'release_lease':
      return decideReleaseLease(task, context);
    case 'break_lease':
      return decideBreakLease(task, command, context);
    case 'start_action':
      return decideStartAction(task, command);
    case 'end_action':
      return decideEndAction(task, command, context);
    case 'resolve_action':
      return decideResolveAction(task, command);
    case 'reconcile':
      return decideReconcile(task, command, context);
    case 'set_ledger':
      return decideSetLedger(task, command);
    case 'evidence':
      return decideEvidence(task, command, context);
    case 'void_evidence':
      return decideVoidEvidence(task, command);
    case 'complete':
      return decideComplete(task, command, context);
    case 'fail':
      return decideFail(task, command);
    case 'reopen':
      return decideReopen(task, command, context);
    case 'continue':
      return decideContinue(task, command, context);
    case 'bind':
      return decideBind(task, command);
    case 'assign_lane':
      return decideAssignLane(task, command, context);
    case 'ingest_return':
      return decideReturn(task, command, context);
    case 'decide_lane':
      return decideDecideLane(task, command, context);
    case 'expire_lanes':
      return decideExpireLanes(task, context);
    case 'settle_return':
      return decideSettleReturn(task, command);
    case 'note_lane_run':
      return decideLaneRun(task, command);
    case 'context':
      return decideContext(task, command, context);
    case 'event':
      return decideEvent(command);
    default:
      command satisfies never;
      return refuse('invalid_input', 'This command is not known; use a newer version.');
  }
}

function staleRevision(task: Task, { revision }: CommandContext): Refusal | undefined {
  if (revision === 'latest' || revision === task.revision) return undefined;
  const message = `Task ${task.task_id} is at revision ${task.revision}, and you have seen ${revision}; read it again and decide anew.`;
  return refuse('conflict', message, { seen: revision, now: task.revision });
}

function leaseInTheWay(task: Task, command: SingleCommand, context: CommandContext): Refusal | undefined {
  return needsNoLease(command, context) ? undefined : guardLease(task, context);
}

function closedTask(task: Task, { type }: SingleCommand): Refusal | undefined {
  // What a worker comes back with must not be lost because the task was closed meanwhile: it is kept apart.
  const isTaken = type === 'reopen' || type === 'event' || type === 'ingest_return';
  if (!isTaskClosed(task.desired_state) || isTaken) return undefined;
  return impossible(task, type);
}

function renewed(task: Task, decision: Extract<Decision, { kind: 'events' }>, context: CommandContext): Decision {
  const touchesLease = decision.events.some(({ type }) => leaseEvents.has(type));
  const event = touchesLease ? undefined : renewal(task, context);
  return event === undefined ? decision : { kind: 'events', events: [...decision.events, event] };
}

const leaseEvents: ReadonlySet<string> = new Set([
  'lease_taken',
  'lease_renewed',
  'lease_released',
  'lease_broken',
  'task_completed',
  'task_failed',
]);
