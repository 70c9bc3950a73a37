/**
 * The error catalogue: every failure a user, a client or an exit code can see, once. Each noun has its own part; their
 * order here is the order in which they are listed everywhere.
 */

import { definitionErrors } from '../definitions/errors.ts';
import { hubErrors } from '../hub/errors.ts';
import { instanceErrors } from '../instance/errors.ts';
import { authorErrors } from '../runs/author-errors.ts';
import { runErrors } from '../runs/errors.ts';
import { taskErrors } from '../tasks/errors.ts';
import type { ErrorEntry } from './entry.ts';
import { generalErrors } from './general.ts';

export const errorCatalogue = {
  ...generalErrors,
  ...instanceErrors,
  ...definitionErrors,
  ...runErrors,
  ...taskErrors,
  ...authorErrors,
  ...hubErrors,
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

/** Every code, as a schema of zod wants them. */
export const errorCodes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]];
