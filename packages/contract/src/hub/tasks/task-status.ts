/**
 * The life of a task of the hub: one table. Without a schema: the command line names them at every start. Clients say
 * `done` from wherever they are, so an open status leads to every other; one that is closed leads back by one way only.
 */

export const hubTaskStatuses = ['todo', 'in_progress', 'blocked', 'review', 'done', 'cancelled'] as const;
export type HubTaskStatus = (typeof hubTaskStatuses)[number];

export const hubTaskTransitions = {
  todo: ['in_progress', 'blocked', 'review', 'done', 'cancelled'],
  in_progress: ['todo', 'blocked', 'review', 'done', 'cancelled'],
  blocked: ['todo', 'in_progress', 'review', 'done', 'cancelled'],
  review: ['todo', 'in_progress', 'blocked', 'done', 'cancelled'],
  done: ['in_progress'],
  cancelled: ['todo'],
} as const satisfies Record<HubTaskStatus, readonly HubTaskStatus[]>;

export function mayHubTaskBecome(from: HubTaskStatus, to: HubTaskStatus): boolean {
  return (hubTaskTransitions[from] as readonly HubTaskStatus[]).includes(to);
}

/** While it is open it is worked on, and its secrets are kept. */
export function isHubTaskOpen(status: HubTaskStatus): boolean {
  return status !== 'done' && status !== 'cancelled';
}

/** What is told of the work on a task. */
export const hubActivityTypes = ['progress', 'blocker', 'comment', 'status_change', 'decision', 'artifact'] as const;
export type HubActivityType = (typeof hubActivityTypes)[number];
