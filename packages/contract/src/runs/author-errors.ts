/** Mistakes that only the author of a pipeline can mend. They stop the run and keep all it has. */

import type { ErrorEntry } from '../errors/entry.ts';

export const authorErrors = {
  duplicate_key: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'Step key used twice',
    hint: 'Give each call its own key, then `perdure runs resume`.',
  },
  record_differs: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'The pipeline no longer matches its record',
    hint: 'Put the code back, or give the changed call a new key, then `perdure runs resume`.',
  },
  stalled: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'The pipeline does not go on',
    hint: 'Await outside work only inside `ctx.step`, then `perdure runs resume`.',
  },
} as const satisfies Record<string, ErrorEntry>;
