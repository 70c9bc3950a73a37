/**
 * Which report comes with what happened to a task, at once: one at most for each command, the gravest. Whether anybody
 * is told is for its level.
 */

import type { ReportReason, Task } from '@perdure/contract';
import { own } from './answers.ts';
import type { TaskEvent, TaskEventBody } from './events.ts';

export interface ImmediateReport {
  readonly reason: ReportReason;
  /** In a few words, as somebody said it; empty: nothing was said. */
  readonly why: string;
}

/** The gravest first. */
const byWeight = [
  'completion',
  'failure',
  'blocker',
  'control',
  'phase',
  'milestone',
  'resume',
  'retry',
  'progress',
] as const satisfies readonly ReportReason[];

/** Words that an agent's own event may be named by, to report at once. */
const ownEvents = ['blocker', 'milestone', 'retry', 'progress'] as const satisfies readonly ReportReason[];

/** What is to be reported of events that led from `before` to `after`. */
export function immediateReport(
  before: Task | undefined,
  events: readonly (TaskEvent | TaskEventBody)[],
  after: Task,
): ImmediateReport | undefined {
  if (before === undefined) return undefined;
  const found = [...events.flatMap((event) => ofEvent(event, before)), ...ofChange(before, after)];
  const weight = ({ reason }: ImmediateReport) => byWeight.findIndex((each) => each === reason);
  return found.toSorted((one, other) => weight(one) - weight(other))[0];
}

function ofEvent(event: TaskEvent | TaskEventBody, before: Task): readonly ImmediateReport[] {
  switch (event.type) {
    case 'task_completed':
      return [{ reason: 'completion', why: event.data.note ?? '' }];
    case 'task_failed':
      return [{ reason: 'failure', why: event.data.note ?? '' }];
    case 'pause_requested':
    case 'stop_requested':
      return [{ reason: 'control', why: event.data.note ?? '' }];
    case 'resume_started':
    case 'task_reopened':
      return [{ reason: 'resume', why: event.data.note ?? '' }];
    case 'milestone_changed': {
      const { id, title, status } = event.data.milestone;
      const wasDone = before.milestones.some((one) => one.id === id && one.status === 'done');
      return status === 'done' && !wasDone ? [{ reason: 'milestone', why: title }] : [];
    }
    case 'action_started': {
      const earlier = own(before.action_states, event.data.id);
      return earlier?.status === 'failed' ? [{ reason: 'retry', why: event.data.summary }] : [];
    }
    case 'action_unknown':
      return [{ reason: 'blocker', why: `nobody saw how action ${event.data.id} ended` }];
    case 'lane_expired':
      return [{ reason: 'blocker', why: `lane ${event.data.line} is past its deadline` }];
    case 'status_reported':
      return [{ reason: 'progress', why: event.data.message }];
    case 'noted':
      return ownReport(event.data);
    default:
      return [];
  }
}

function ownReport({ name, details }: Extract<TaskEventBody, { type: 'noted' }>['data']): readonly ImmediateReport[] {
  const reason = ownEvents.find((each) => each === name);
  const said = details['message'] ?? details['reason'];
  return reason === undefined ? [] : [{ reason, why: typeof said === 'string' ? said : '' }];
}

function isBlocked({ health }: Task): boolean {
  return /^(blocked|need_user|needs_user|needs attention)\b/i.test(health.trim());
}

/** Phase and health are free words; of health the one that means that somebody is needed is known. */
function ofChange(before: Task, after: Task): readonly ImmediateReport[] {
  return [
    ...(isBlocked(after) && !isBlocked(before) ? [{ reason: 'blocker' as const, why: after.health }] : []),
    ...(after.phase === before.phase ? [] : [{ reason: 'phase' as const, why: '' }]),
  ];
}
