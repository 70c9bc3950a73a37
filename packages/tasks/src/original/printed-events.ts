/** Events as the original's programs print them: its fields alone, and of those that it has, its details. */

import type { TaskEvent } from '../core/events.ts';
import { recordsOf, type PhaseState } from './log-lines.ts';

export interface PrintedEvent {
  readonly ts: string;
  readonly type: string;
  readonly task_id: string;
  readonly phase: string;
  readonly status: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Before the name of an event that its caller made, where the log has events of its own that are called so. */
const saidPrefix = 'said:';

export function saidName(type: string): string {
  return `${saidPrefix}${type}`;
}

/** Whether the original has such a thing: of a lease it knows nothing. */
export function isPrinted({ type }: TaskEvent): boolean {
  return !type.startsWith('lease_');
}

/** Of events that follow upon `standing`. */
export function printedEvents(
  taskId: string,
  events: readonly TaskEvent[],
  standing: PhaseState,
): readonly PrintedEvent[] {
  const records = recordsOf(taskId, events, standing);
  return records.map(({ ts, type, task_id, phase, status, details }, index) => {
    const event = events[index];
    const said = event?.type === 'noted' ? saidOf(event.data.details) : { details };
    return {
      ts,
      type: type.startsWith(saidPrefix) ? type.slice(saidPrefix.length) : type,
      task_id,
      phase: said.phase ?? phase,
      status: said.status ?? status,
      details: event === undefined || event.type === 'noted' ? said.details : detailsOf(event, details),
    };
  });
}

/** What a caller says of an event of its own, in the details that the log keeps. */
export interface Said {
  readonly phase?: string;
  readonly status?: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const envelope = 'as_given';

export function saidDetails(said: Said): Readonly<Record<string, unknown>> {
  return said.phase === undefined && said.status === undefined ? said.details : { [envelope]: said };
}

function saidOf(details: Readonly<Record<string, unknown>>): Said {
  return (details[envelope] as Said | undefined) ?? { details };
}

function detailsOf(event: TaskEvent, details: PrintedEvent['details']): PrintedEvent['details'] {
  switch (event.type) {
    case 'task_created':
    case 'task_imported': {
      const { title, goal, artifacts } = event.data.task;
      return { title, goal, auto_bound_delivery: artifacts.some(({ note }) => note === autoBoundNote) };
    }
    case 'status_reported': {
      const { message, next_step = '' } = event.data;
      return { message, next_step, report_kind: 'normal' };
    }
    case 'pause_requested':
    case 'stop_requested':
    case 'resume_started':
      return { desired_state: event.data.state, note: event.data.note ?? '' };
    default:
      return details;
  }
}

/** Of a delivery binding that nobody gave, but the environment. */
export const autoBoundNote = 'bound to the chat that the environment names';
