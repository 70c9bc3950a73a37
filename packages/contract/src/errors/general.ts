/** Failures that any noun may have: of a request, of a connection, and our own. */

import type { ErrorEntry } from './entry.ts';

export const generalErrors = {
  invalid_input: {
    httpStatus: 400,
    retryable: false,
    exitCode: 2,
    title: 'Invalid input',
    hint: 'Correct the value named in the message and send it again.',
  },
  usage: {
    httpStatus: 400,
    retryable: false,
    exitCode: 2,
    title: 'Wrong usage',
    hint: 'See `perdure --help`.',
  },
  unauthenticated: {
    httpStatus: 401,
    retryable: false,
    exitCode: 3,
    title: 'Not authenticated',
    hint: 'Send `Authorization: Bearer <key>`; `perdure key` prints the key of the owner.',
  },
  forbidden: {
    httpStatus: 403,
    retryable: false,
    exitCode: 4,
    title: 'Not allowed',
    hint: 'Ask the owner, or use the address that `perdure status` prints.',
  },
  not_found: {
    httpStatus: 404,
    retryable: false,
    exitCode: 7,
    title: 'Not found',
    hint: 'Check the id or the path.',
  },
  method_not_allowed: {
    httpStatus: 405,
    retryable: false,
    exitCode: 2,
    title: 'Method not allowed',
    hint: 'See `/api/v1/openapi.json` for the methods of this path.',
  },
  conflict: {
    httpStatus: 409,
    retryable: false,
    exitCode: 8,
    title: 'Conflict',
    hint: 'Read the current state and decide again.',
  },
  too_large: {
    httpStatus: 413,
    retryable: false,
    exitCode: 2,
    title: 'Too large',
    hint: 'Send less.',
  },
  unsupported_media_type: {
    httpStatus: 415,
    retryable: false,
    exitCode: 2,
    title: 'Unsupported content type',
    hint: 'Send JSON with `Content-Type: application/json`.',
  },
  internal: {
    httpStatus: 500,
    retryable: true,
    exitCode: 6,
    title: 'Internal error',
    hint: 'Look into the logs folder of the state root; please report it.',
  },
  unreachable: {
    httpStatus: 502,
    retryable: true,
    exitCode: 5,
    title: 'Not reachable',
    hint: 'Is `perdure up` running? `perdure status` tells.',
  },
  unavailable: {
    httpStatus: 503,
    retryable: true,
    exitCode: 6,
    title: 'Not available now',
    hint: 'Try again in a moment; `GET /health` tells which part is down.',
  },
  timeout: {
    httpStatus: 504,
    retryable: true,
    exitCode: 5,
    title: 'Timed out',
    hint: 'Try again.',
  },
} as const satisfies Record<string, ErrorEntry>;
