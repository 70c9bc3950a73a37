/**
 * Open actions. `pending_actions` lists what was begun and not ended, ours and what was imported; `action_states` knows
 * ours closer. Entries of the original format name themselves by `id` or `action_id`, and their key by
 * `idempotency_key`.
 */

import type { Task } from '@perdure/contract';
import { own } from './answers.ts';
import { leaseState } from './lease.ts';

type Pending = Task['pending_actions'][number];

export function pendingId(entry: Pending): string {
  const id = entry['id'] ?? entry['action_id'];
  return typeof id === 'string' && id !== '' ? id : 'unknown';
}

export function pendingKey(entry: Pending): string {
  const key = entry['idempotency_key'];
  return typeof key === 'string' && key !== '' ? key : pendingId(entry);
}

const summaryFields = ['summary', 'title', 'description', 'message', 'text', 'what'];
const longestSummary = 300;

/** What an entry says of itself: by the field that says it, else all of it. */
export function pendingSummary(entry: Pending): string {
  const said = summaryFields.map((name) => entry[name]).find((text) => typeof text === 'string' && text.trim() !== '');
  const text = typeof said === 'string' ? said : JSON.stringify(entry);
  return text.slice(0, longestSummary).toWellFormed();
}

/** Actions whose end nobody saw. */
export function unknownActions(task: Task): readonly string[] {
  return Object.keys(task.action_states).filter((id) => own(task.action_states, id)?.status === 'unknown');
}

/** Started by somebody who is gone: under an attempt before `attempt`, or under a lease that is no longer alive. */
export function abandonedActions(task: Task, now: number, attempt = task.lease?.attempt ?? 0): readonly string[] {
  const standing = leaseState(task.lease, now);
  const isAlive = standing === 'alive' || standing === 'resting';
  return Object.entries(task.action_states)
    .filter(([, action]) => action.status === 'started' && (action.attempt < attempt || !isAlive))
    .map(([id]) => id);
}
