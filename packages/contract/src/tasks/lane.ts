/**
 * A worker lane: one line of a task that was given to somebody else, with a goal, a scope and a deadline of its own.
 * Field names are those of the original format. What a worker returned stands in the log of the task; the lane says
 * where (`last_return_seq`).
 */

import { z } from 'zod';
import { timestampSchema as timestamp } from '../values/timestamp.ts';
import {
  goalStatuses,
  laneDecisions,
  laneOwners,
  laneStatuses,
  laneTags,
  nextRoles,
  quarantineReasons,
} from './lane-status.ts';
import { line, text } from './words.ts';

/** Something that a worker says has left this machine. */
export const deliveryClaimSchema = z.object({
  text: text(500),
  /** Where that can be seen, in the worker's words: an address, an id, a hash. Absent: it only says so. */
  proof: text(500).optional(),
});
export type DeliveryClaim = z.infer<typeof deliveryClaimSchema>;

/** A lane that is done by a run of a pipeline. */
export const laneRunSchema = z.object({
  pipeline: line(200),
  input: z.unknown(),
  /** The idempotency key of its start: however often it is started, there is one run. */
  key: line(200),
  /** Null until somebody has started it. */
  run_id: line(64).nullable(),
});
export type LaneRun = z.infer<typeof laneRunSchema>;

/** A lane that is done by a member of the hub. */
export const laneAgentSchema = z.object({
  handle: line(40),
  /** Of this round: under it everything is said to the member once. */
  key: line(200),
});
export type LaneAgent = z.infer<typeof laneAgentSchema>;

export const laneSchema = z.object({
  line: line(64).min(1, 'a lane needs a name'),
  owner: z.enum(laneOwners),
  goal: text(20_000),
  summary: text(5_000),
  /** What belongs to it, and what does not. */
  scope: text(5_000),
  /** Paths and globs that it may write, as they were normalised; empty: it says nothing of them. */
  write_targets: z.array(line(500)),
  /** How lanes that write to the same places keep out of each other's way; empty: none does. */
  coordination: text(1_000),
  /** The round: a return names the one it is about. */
  node: line(100),
  status: z.enum(laneStatuses),
  goal_status: z.enum(goalStatuses),
  next_role: z.enum(nextRoles),
  controller_decision: z.enum(['pending', ...laneDecisions]),
  controller_note: text(2_000),
  assigned_at: timestamp,
  updated_at: timestamp,
  /** How long a round may take; null: as long as it likes. */
  minutes: z.int().min(1).nullable(),
  deadline: timestamp.nullable(),
  last_return_tag: z.enum(laneTags).nullable(),
  last_return_at: timestamp.nullable(),
  /** Number of the event that holds the words of the last return. */
  last_return_seq: z.int().min(1).nullable(),
  /** Of an imported lane, whose log is elsewhere. */
  last_body: text(100_000).optional(),
  /** SHA-256 of the newest returns: the same one again changes nothing. */
  return_digests: z.array(z.string()),
  /** What the last return claims to have delivered outside. */
  deliveries: z.array(deliveryClaimSchema),
  /** How the controller knows of deliveries that the worker did not prove; empty: nobody does. */
  delivery_proof: text(2_000),
  run: laneRunSchema.optional(),
  agent: laneAgentSchema.optional(),
});
export type Lane = z.infer<typeof laneSchema>;

/** A return that fits no lane at work: kept to be looked at, and applied by nobody but a controller. */
export const quarantinedReturnSchema = z.object({
  id: line(64),
  line: line(64),
  node: line(100),
  tag: z.enum(laneTags),
  goal_status: z.enum(goalStatuses),
  next_role: z.enum(nextRoles),
  why: z.enum(quarantineReasons),
  by: z.string(),
  at: timestamp,
  digest: z.string(),
  deliveries: z.array(deliveryClaimSchema),
  /** Number of the event that holds its words; null for an imported one. */
  seq: z.int().min(1).nullable(),
});
export type QuarantinedReturn = z.infer<typeof quarantinedReturnSchema>;
