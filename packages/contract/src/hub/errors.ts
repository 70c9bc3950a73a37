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
  vault_sealed: {
    httpStatus: 503,
    retryable: false,
    exitCode: 10,
    title: 'The vaults are sealed',
    hint: 'Put the key back that they were made with, and start again.',
  },
} as const satisfies Record<string, ErrorEntry>;
