/**
 * Where whoever writes a task and its readable copy can die: every step that leaves something behind for others to
 * find.
 */

/** Before or after the statement that begins so. */
export const statementPoints = {
  'it asks for the lock': ['before', /^BEGIN/],
  'it has the lock': ['after', /^BEGIN/],
  'it has read the task': ['after', /^SELECT \* FROM tasks/],
  'one of its events is written': ['after', /^INSERT INTO task_events/],
  'all its events are written': ['before', /^INSERT INTO tasks/],
  'its snapshot is written': ['after', /^INSERT INTO tasks/],
  'it has committed': ['after', /^COMMIT/],
} as const;

/** After a step on a file of the copy; `half` is a file that was written to its middle. */
export const filePoints = {
  'the lock of the copy is made': 'open lock',
  'the lock of the copy names it': 'write lock',
  'half of its events are in the copy': 'half events',
  'its events are in the copy': 'write events',
  'half of its progress is in the copy': 'half progress',
  'its progress is in the copy': 'write progress',
  'the events of the copy have their time': 'utimes events',
  'the progress of the copy has its time': 'utimes progress',
  'half of the snapshot is in its draft': 'half snapshot',
  'the snapshot is in its draft': 'write snapshot',
  'the snapshot is in its place': 'rename snapshot',
  'the lock of the copy is gone': 'rm lock',
} as const;

/** The same, where a hand took the log of events away, so that both logs are written anew. */
export const anewPoints = {
  'the new progress is in its place': 'rename progress',
  'the new events are in their place': 'rename events',
} as const;

export type CrashPoint = keyof typeof statementPoints | keyof typeof filePoints | keyof typeof anewPoints;

export const crashPoints = [
  ...Object.keys(statementPoints),
  ...Object.keys(filePoints),
  ...Object.keys(anewPoints),
] as readonly CrashPoint[];
