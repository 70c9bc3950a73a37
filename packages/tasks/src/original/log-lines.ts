/**
 * A task's log as the original keeps it: a line of JSON per event, and a line of text for what a person wants to read.
 * What the original has no field for (`seq`, `actor`, `health`) stands behind its own; its programs do not mind.
 */

import type { TaskEvent } from '../core/events.ts';
import { originalSnapshot } from './snapshot.ts';
import { secondsTime } from './times.ts';

/** What each line repeats of the task as it was then. */
export interface PhaseState {
  readonly phase: string;
  readonly health: string;
}

export interface EventRecord extends PhaseState {
  readonly ts: string;
  readonly type: string;
  readonly task_id: string;
  readonly status: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly seq: number;
  readonly actor: string;
}

export interface LogText {
  /** Whole lines. */
  readonly events: string;
  readonly progress: string;
  /** For the lines that follow. */
  readonly standing: PhaseState;
}

/** The records of `events`, which follow upon `standing`. */
export function recordsOf(taskId: string, events: readonly TaskEvent[], standing: PhaseState): readonly EventRecord[] {
  let current = standing;
  return events.map((event) => {
    current = standingAfter(current, event);
    return eventRecord(taskId, event, current);
  });
}

/** The text of `events`, which follow upon `standing`. */
export function renderLog(taskId: string, events: readonly TaskEvent[], standing: PhaseState): LogText {
  const lines: string[] = [];
  const progress: string[] = [];
  let current = standing;
  for (const event of events) {
    current = standingAfter(current, event);
    lines.push(`${JSON.stringify(eventRecord(taskId, event, current))}\n`);
    const text = progressText(event);
    if (text !== undefined) progress.push(`[${secondsTime(event.at)}] ${oneLine(text)}\n`);
  }
  return { events: lines.join(''), progress: progress.join(''), standing: current };
}

function eventRecord(taskId: string, event: TaskEvent, { phase, health }: PhaseState): EventRecord {
  return {
    ts: secondsTime(event.at),
    type: event.type === 'noted' ? event.data.name : event.type,
    task_id: taskId,
    phase,
    status: event.type === 'status_reported' ? health : 'ok',
    details: detailsOf(event),
    seq: event.seq,
    actor: event.actor,
    health,
  };
}

function standingAfter(before: PhaseState, event: TaskEvent): PhaseState {
  switch (event.type) {
    case 'task_created':
    case 'task_imported':
      return { phase: event.data.task.phase, health: event.data.task.health };
    case 'task_updated':
      return { phase: event.data.changes.phase ?? before.phase, health: event.data.changes.health ?? before.health };
    case 'status_reported':
      return { phase: event.data.phase ?? before.phase, health: event.data.health ?? before.health };
    default:
      return before;
  }
}

function detailsOf(event: TaskEvent): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'task_created':
    case 'task_imported':
      return { ...event.data, task: originalSnapshot(event.data.task) };
    case 'lease_taken': {
      const { token_hash: _, earlier_hashes: __, own_hashes: ___, ...lease } = event.data.lease;
      return { lease };
    }
    case 'noted':
      return event.data.details;
    default:
      return event.data;
  }
}

function progressText(event: TaskEvent): string | undefined {
  switch (event.type) {
    case 'task_created':
      return `task created: ${event.data.task.title}`;
    case 'task_imported':
      return `task imported: ${event.data.task.title}`;
    case 'status_reported':
      return event.data.message;
    case 'subtask_assigned':
      return `assigned line ${event.data.line} to ${event.data.owner} at node ${event.data.node}`;
    case 'subagent_return_ingested': {
      const { line, tag, goal_status, next_role } = event.data;
      return `ingested worker return for ${line}: ${tag} / ${goal_status} -> ${next_role}`;
    }
    case 'controller_decision_recorded': {
      const { line, decision, status, next_role } = event.data;
      return `controller decision for ${line}: ${decision} (${status} -> ${next_role})`;
    }
    case 'lane_run_started':
      return `started run ${event.data.run_id} for line ${event.data.line}`;
    case 'lane_agent_wanted':
      return `gave line ${event.data.line} to ${event.data.handle}`;
    case 'lane_expired':
      return `line ${event.data.line} expired at node ${event.data.node}`;
    case 'return_quarantined':
      return `quarantined a worker return for ${event.data.line}: ${event.data.why}`;
    case 'user_control_received':
    case 'user_control_deferred':
    case 'user_control_applied': {
      const { intent, message } = event.data.control;
      const boundary = { received: 'immediate', deferred: 'deferred', applied: 'applied' };
      const how = boundary[event.type.slice('user_control_'.length) as keyof typeof boundary];
      return `user control ${intent}: ${how} — ${message}`;
    }
    case 'pause_requested':
    case 'stop_requested':
    case 'resume_started':
    case 'task_completed':
    case 'task_failed':
    case 'task_reopened':
      return `control update: ${event.data.state}${event.data.note === undefined ? '' : ` — ${event.data.note}`}`;
    default:
      return undefined;
  }
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
};

/** A line break in a message would forge a line, and other control characters a terminal's screen. */
function oneLine(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}]/gu,
    (character) => shortEscapes[character] ?? String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
