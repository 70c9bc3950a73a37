/** Where reports of a task go, and a report as it is shown. */

import { z } from 'zod';
import { timestampSchema } from '../values/timestamp.ts';
import { deliveryMethods, reportReasons, reportStates, variablePattern } from './reports.ts';
import { line } from './words.ts';

/** One argument or name: no line break, nothing that a terminal obeys. */
const word = (max: number) => line(max).min(1, 'must not be empty');

const variable = z.string().regex(variablePattern, 'must be the name of a variable');

/** It takes our key, and does not act twice on the same one. */
const takesKey = z.literal(true).optional();

export const deliverySchema = z.discriminatedUnion('method', [
  /** Printed by `perdure task tick`. */
  z.object({ method: z.literal('stdout') }),
  /** A line of `logs/reports.log` in the state root. */
  z.object({ method: z.literal('log') }),
  /** Nowhere: bound all the same. */
  z.object({ method: z.literal('noop') }),
  /** A program with the text on its standard input. */
  z.object({
    method: z.literal('command'),
    argv: z.array(z.string().min(1).max(4_096)).min(1).max(64),
    cwd: z.string(),
    takes_key: takesKey,
  }),
  /** Signed with a secret, which is named. The address is named too where it holds one. */
  z.object({
    method: z.literal('webhook'),
    url: word(2_048).optional(),
    url_variable: variable.optional(),
    secret_variable: variable,
    takes_key: takesKey,
  }),
  /** A chat that an OpenClaw gateway reaches. */
  z.object({ method: z.literal('openclaw'), channel: word(100), target: word(500), account: word(200).optional() }),
]);
export type Delivery = z.infer<typeof deliverySchema>;
/** A report that has not arrived for certain, as it is shown. */
export const reportViewSchema = z.object({
  /** Which of this task's it is, as commands name it. */
  number: z.int().min(1),
  reason: z.enum(reportReasons),
  method: z.enum(deliveryMethods),
  state: z.enum(reportStates),
  attempts: z.int().min(0),
  text: z.string(),
  /** Why it was not sent. */
  problem: z.string().optional(),
  queued_at: timestampSchema,
  /** When it is tried again, where it is. */
  next_at: timestampSchema.optional(),
});
export type ReportView = z.infer<typeof reportViewSchema>;
