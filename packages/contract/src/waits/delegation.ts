/** What ends a delegation: what the member has returned, or that it cannot be told of it at all. */

import { z } from 'zod';
import { goalStatuses, nextRoles, type GoalStatus, type NextRole } from '../tasks/lane-status.ts';

const text = z.string().describe('What was done, in words.');
const next_role = z.enum(nextRoles).default('main').describe('Whose turn it is now.');
/** In the hub; absent where it was answered elsewhere. */
const message = z.string().optional();
const unfinished = goalStatuses.filter((status) => status !== 'complete');

/** `output`: what the pipeline asks of one. */
export function delegationAnswerSchema<T>(output: z.ZodType<T> | undefined) {
  return z.discriminatedUnion('outcome', [
    z
      .object({ outcome: z.literal('done'), text, next_role, output: output ?? z.unknown().optional(), message })
      .describe('The goal is reached.'),
    z
      .object({ outcome: z.literal('not_done'), text, next_role, goal_status: z.enum(unfinished), message })
      .describe('It came to an end without that.'),
    z
      .object({ outcome: z.literal('undeliverable'), reason: z.string().min(1).max(1_000) })
      .describe('Nobody can be told of it, and the step fails.'),
  ]);
}

interface Said {
  readonly text: string;
  readonly next_role?: NextRole;
  readonly message?: string;
}

/** Before it is held against what the pipeline asks for. */
export type DelegationAnswer =
  | (Said & { readonly outcome: 'done'; readonly output?: unknown })
  | (Said & { readonly outcome: 'not_done'; readonly goal_status: Exclude<GoalStatus, 'complete'> })
  | { readonly outcome: 'undeliverable'; readonly reason: string };

/** What a wait of the purpose `delegation` shows as its context. */
export const delegationContextSchema = z.object({
  /** The handle of the member. */
  to: z.string(),
  /** Id of the channel; absent: the one of the owner and the member alone. */
  channel: z.string().optional(),
});
export type DelegationContext = z.infer<typeof delegationContextSchema>;
