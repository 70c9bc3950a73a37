/** Where whoever archives or restores a task can die: before, after or halfway through what begins so. */

export const archivePoints = {
  'half of the log is in its file': ['half', /^\{"seq"/],
  'its file has its name': ['after', /^rename/],
  'its log is removed': ['after', /^DELETE FROM task_events/],
  'its row is removed': ['after', /^DELETE FROM tasks/],
  'it is taken out': ['after', /^COMMIT/],
} as const;

export const restorePoints = {
  'an event of its log is back': ['after', /^INSERT INTO task_events/],
  'its row is back': ['after', /^INSERT INTO tasks/],
  'it is back': ['after', /^COMMIT/],
  'its file is removed': ['after', /^rm/],
} as const;
