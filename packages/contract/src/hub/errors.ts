/** What the hub alone refuses. */

import type { ErrorEntry } from '../errors/entry.ts';

export const hubErrors = {
  rate_limited: {
    httpStatus: 429,
    retryable: true,
    exitCode: 5,
    title: 'Too many at once',
    hint: 'Wait for as long as the message says, and go on.',
  },
} as const satisfies Record<string, ErrorEntry>;
