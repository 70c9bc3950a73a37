/** Refusals of a task: somebody else is at work on it, or it is not done. */

import type { ErrorEntry } from '../errors/entry.ts';

export const taskErrors = {
  lease_held: {
    httpStatus: 409,
    retryable: false,
    exitCode: 8,
    title: 'Somebody else is at work on the task',
    hint: '`perdure task show <id>` tells who holds it and until when; pause, stop, steer and note need no lease.',
  },
  gate_open: {
    httpStatus: 409,
    retryable: false,
    exitCode: 9,
    title: 'The task is not done yet',
    hint: '`perdure task show <id>` lists what is missing; `perdure task verify` records evidence.',
  },
} as const satisfies Record<string, ErrorEntry>;
