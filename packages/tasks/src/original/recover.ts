/**
 * The fields of a task whose snapshot is gone or broken, from its log: the last whole picture of it there, and what
 * little later events say about state, phase, health and next step.
 */

import { compact } from '@perdure/contract';
import { isObject, type Fields } from './values.ts';

/** Undefined where no event holds a picture. */
export function recoverFields(events: readonly Fields[]): Fields | undefined {
  const index = events.findLastIndex((event) => pictureIn(event) !== undefined);
  const picture = events[index] && pictureIn(events[index]);
  if (picture === undefined) return undefined;
  return events.slice(index + 1).reduce<Fields>(afterEvent, picture);
}

/** `after` of an update; `task` of the first event, where we wrote it. */
function pictureIn(event: Fields): Fields | undefined {
  const details = event['details'];
  if (!isObject(details)) return undefined;
  return [details['after'], details['task']].find(isObject);
}

const states: Readonly<Record<string, string>> = {
  pause_requested: 'paused',
  stop_requested: 'stopped',
  resume_started: 'running',
};

function afterEvent(fields: Fields, event: Fields): Fields {
  const { type, ts, phase, status } = event;
  const details = isObject(event['details']) ? event['details'] : {};
  const isReport = type === 'status_reported';
  const state =
    details['state'] ?? (typeof type === 'string' && Object.hasOwn(states, type) ? states[type] : undefined);
  return {
    ...fields,
    ...(isObject(details['changes']) ? details['changes'] : {}),
    updated_at: ts ?? fields['updated_at'],
    ...compact({ phase: typeof phase === 'string' ? phase : undefined, desired_state: state }),
    ...(isReport ? { last_status_update_at: ts, health: status ?? fields['health'] } : {}),
    ...compact({
      next_step:
        isReport && typeof details['next_step'] === 'string' && details['next_step'] !== ''
          ? details['next_step']
          : undefined,
    }),
  };
}
