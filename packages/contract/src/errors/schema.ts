/** Errors as JSON: in a record, and as the body of an answer. */

import { z } from 'zod';
import { errorCatalogue, type ErrorCode } from './catalogue.ts';

const code = z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]);

export const errorRecordSchema = z.object({
  code,
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});

export const errorBodySchema = z.object({
  error: z.string(),
  code,
  details: z.record(z.string(), z.unknown()),
  requestId: z.string(),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;
