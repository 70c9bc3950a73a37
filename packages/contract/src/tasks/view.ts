/**
 * A task as it is shown: the command line, the MCP tools and the HTTP API give programs these shapes and no others. The
 * hash of a lease's token is in none of them; it is for the store alone.
 */

import { z } from 'zod';
import { timestampSchema } from '../values/timestamp.ts';
import { reportViewSchema } from './delivery.ts';
import { leaseSchema, taskSchema } from './schema.ts';
import { taskStates } from './status.ts';

/**
 * `interrupted`: it should run, and whoever worked on it is gone. Derived from the lease when somebody looks, and
 * stored nowhere.
 */
export const shownTaskStates = [...taskStates, 'interrupted'] as const;
const state = z.enum(shownTaskStates);

/** A row of a list. */
export const taskSummarySchema = taskSchema
  .pick({
    task_id: true,
    title: true,
    desired_state: true,
    phase: true,
    health: true,
    next_step: true,
    project: true,
    revision: true,
    worked_at: true,
    updated_at: true,
  })
  .extend({
    state,
    /** Set for ever by a completion that was forced, also where a later one was not. */
    override: taskSchema.shape.override,
    /** How many; a task without any proves nothing when it is completed. */
    criteria: z.int().min(0),
    criteria_dropped: z.int().min(0),
  });
export type TaskSummary = z.infer<typeof taskSummarySchema>;

export const leaseViewSchema = leaseSchema
  .omit({ token_hash: true, earlier_hashes: true, own_hashes: true, process: true })
  .extend({
    /** Its holder let go: anybody may take the task up. */
    released: z.boolean(),
  });
export type LeaseView = z.infer<typeof leaseViewSchema>;

const message = z.string();
/** One thing that keeps a task from being completed; `message` is a clause for a sentence. */
export const gateGapSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('criterion'),
    criterion: z.int().min(1),
    problem: z.enum(['no_evidence', 'failed', 'failed_before', 'void', 'uncompared', 'word_void', 'not_accepted']),
    message,
  }),
  z.object({ kind: z.enum(['milestone', 'action', 'control', 'lane']), id: z.string(), message }),
  /** There are none, and somebody is to accept the work by them. */
  z.object({ kind: z.literal('no_criteria'), message }),
]);

/** The whole task, with what is derived from it. */
export const taskViewSchema = taskSchema.omit({ worker_processes: true }).extend({
  lease: leaseViewSchema.nullable(),
  state,
  status_line: z.string(),
  gaps: z.array(gateGapSchema),
});
export type TaskView = z.infer<typeof taskViewSchema>;

/** With its reports that have not arrived for certain: some of them a person has to decide on. */
export const taskPageSchema = taskViewSchema.extend({ deliveries: z.array(reportViewSchema) });
export type TaskPage = z.infer<typeof taskPageSchema>;

/**
 * An entry of a task's log. `seq` counts from 1 without gaps; types may be added, so a reader leaves alone those it
 * does not know.
 */
export const taskEventViewSchema = z.object({
  seq: z.int().min(1),
  type: z.string(),
  at: timestampSchema,
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type TaskEventView = z.infer<typeof taskEventViewSchema>;
