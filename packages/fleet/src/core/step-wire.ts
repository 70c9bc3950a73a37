/** How a run asks for a step, and is answered: a line of JSON each. No secret is in either. */

import { errorCatalogue, type ErrorCode } from '@perdure/contract';
import { z } from 'zod';
import { jobs, type JobId, type StepOrder, type StepReply } from './jobs.ts';
import type { UpgradeOrder } from './upgrade-run.ts';

const short = z.string().min(1).max(200);

const direction = z.enum(['do', 'undo']);

const orderSchema = z.discriminatedUnion('job', [
  z.object({
    job: z.enum(Object.keys(jobs) as [JobId, ...JobId[]]),
    step: short,
    direction,
    principalId: short,
    runId: short,
  }),
  z.object({
    job: z.literal('upgrade-family'),
    step: z.enum(['begin', 'member', 'report']),
    direction,
    principalId: short.optional(),
    runId: short,
  }),
]);

const replySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), told: z.string() }),
  z.object({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
]);

/** Undefined where it is none. */
export function readOrder(line: string): StepOrder | UpgradeOrder | undefined {
  return orderSchema.safeParse(jsonOf(line)).data;
}

/** Undefined where it is none. */
export function readReply(line: string): StepReply | undefined {
  const reply = replySchema.safeParse(jsonOf(line)).data;
  if (reply?.kind !== 'failed') return reply;
  const { kind, code, message } = reply;
  return { kind, code: Object.hasOwn(errorCatalogue, code) ? (code as ErrorCode) : 'internal', message };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
