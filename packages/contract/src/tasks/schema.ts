/**
 * A task: the ledger of a long piece of work. Field names are those of the original format, so that its files can be
 * read and written; times are ISO UTC with milliseconds. A snapshot is the fold of the task's events.
 */

import { z } from 'zod';
import { timestampSchema as timestamp } from '../values/timestamp.ts';
import { deliverySchema } from './delivery.ts';
import { laneSchema, quarantinedReturnSchema } from './lane.ts';
import { acceptancePolicies, actionStates, controlIntents, milestoneStates, taskStates } from './status.ts';
import { taskIdPattern, taskIdRule } from './task-id.ts';
import { line, text } from './words.ts';

export { taskIdPattern, taskIdRule };

export const taskIdSchema = z.string().regex(taskIdPattern, taskIdRule);

export const milestoneSchema = z.object({
  id: line(64),
  title: line(200),
  status: z.enum(milestoneStates),
  percent: z.int().min(0).max(100),
  /** Why it was dropped. */
  reason: line(500).optional(),
});
export type Milestone = z.infer<typeof milestoneSchema>;

export const subtaskSchema = z.object({
  id: line(64),
  title: line(200),
  status: line(64),
  owner: line(64).default(''),
  depends_on: z.array(line(64)).default([]),
});
export type Subtask = z.infer<typeof subtaskSchema>;

/** A control that waits for the next safe boundary, or was applied at once. */
export const controlSchema = z.object({
  id: z.string(),
  intent: z.enum(controlIntents),
  message: text(10_000),
  by: z.string(),
  at: timestamp,
  /** Why it must not take effect at once; absent for one that was only asked to wait. */
  unsafe_reason: text(1_000).optional(),
  /**
   * By which it is named as long as it is kept: given when it is, and to no other of its task ever again. Absent in
   * what an older version left, until the next write.
   */
  number: z.int().min(1).optional(),
});
export type Control = z.infer<typeof controlSchema>;

/**
 * What was said to whoever works on the task. A `steer` or an `edit` stands after it was told; any other word goes with
 * the boundary after.
 */
export const steeringSchema = controlSchema.extend({ told: z.boolean() });
export type Steering = z.infer<typeof steeringSchema>;

/** An action with effects outside, by the id that the agent gave it. The key is ours. */
export const taskActionSchema = z.object({
  status: z.enum(actionStates),
  key: z.string(),
  summary: line(500),
  started_at: timestamp,
  ended_at: timestamp.optional(),
  result: text(10_000).optional(),
  /** The attempt of the lease under which it was started: another attempt makes an open one `unknown`. */
  attempt: z.int(),
});
export type TaskActionRecord = z.infer<typeof taskActionSchema>;

/** The state of files, as a digest. */
export const evidenceSubjectSchema = z.object({
  kind: z.enum(['git', 'files']),
  digest: z.string(),
  paths: z.array(z.string()),
  /** Rules of this machine alone (`.git/info/exclude`, `core.excludesFile`) by which files were left out. */
  left_out: z.array(z.string()).optional(),
});
export type EvidenceSubject = z.infer<typeof evidenceSubjectSchema>;

/** What a criterion's evidence is worth. `check`: we ran it. `attest`: somebody said so. */
export const evidenceSchema = z.object({
  id: z.string(),
  /** Number of the done criterion, from 1; 0 for a baseline that belongs to all. */
  criterion: z.int().min(0),
  kind: z.enum(['check', 'attest', 'baseline']),
  by: z.string(),
  at: timestamp,
  passed: z.boolean(),
  /** For a check: what was run (an argument vector), where, and how it ended. */
  command: z.array(z.string()).optional(),
  cwd: z.string().optional(),
  /** The file that the first word of the command was. */
  program: z.string().optional(),
  /** It ran outside of the project of the task. */
  outside_project: z.literal(true).optional(),
  exit_code: z.int().nullable().optional(),
  /** SHA-256 of the whole output, and its end. */
  output_digest: z.string().optional(),
  output_tail: z.string().optional(),
  /** What it was run on, or what a word was given for; another digest now means that it is void. */
  subject: evidenceSubjectSchema.optional(),
  /** Those files changed while it ran: what it found holds for no state of them, and it never counted. */
  files_changed: z.literal(true).optional(),
  /** Some were written while it ran, and are as they were. */
  files_rewritten: z.literal(true).optional(),
  /** Which those were: the first of their names, and how many in all. */
  files_touched: z.object({ names: z.array(z.string()), count: z.int().min(0) }).optional(),
  statement: text(10_000).optional(),
  /** Set when what it was run on has changed since. */
  void_since: timestamp.optional(),
  /** Why it cannot be compared with its files now. Said by whoever looks, and never stored. */
  uncompared: z.string().optional(),
  /** It came with an import: nobody here ran it or heard it, and it opens no gate. */
  imported: z.literal(true).optional(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** A process as others on its machine find it again, to see whether it is gone. */
export const holderProcessSchema = z.object({
  pid: z.int().min(1),
  /** In the words of the operating system; only good for comparing. */
  started_at: z.string(),
  /** The machine, and there the space in which the pid counts. */
  machine: z.string(),
});
export type HolderProcess = z.infer<typeof holderProcessSchema>;

/** Who works on the task now. An expired lease on a running task means that it was interrupted. */
export const leaseSchema = z.object({
  holder: line(200),
  /** How often the task was taken up. */
  attempt: z.int(),
  /** Grows with each holder; a write that names an older one is refused. */
  fence: z.int(),
  /** SHA-256 of the token that the holder was given; empty once it was released. */
  token_hash: z.string(),
  /** Those of the leases before it, newest last: who still comes with one is told what became of it. */
  earlier_hashes: z.array(z.string()),
  /** How many of the newest of those were its holder's own, which took the task up anew. */
  own_hashes: z.int().min(0),
  /** How long it lasts after a write of its holder. */
  ttl_ms: z.int().min(1),
  expires_at: timestamp,
  /** What lives as long as the holder does; absent where that is not known. */
  process: holderProcessSchema.optional(),
  /** The holder was told to pause or stop, and has begun nothing since: it is in nobody's way. */
  rests: z.literal(true).optional(),
});
export type Lease = z.infer<typeof leaseSchema>;

export const taskBudgetSchema = z.object({
  minutes: z.int().min(1).optional(),
  tokens: z.int().min(1).optional(),
  tokens_used: z.int().min(0).default(0),
});

export const taskSchema = z.object({
  task_id: taskIdSchema,
  title: line(200),
  goal: text(20_000),
  done_criteria: z.array(text(2_000)),
  constraints: z.array(text(2_000)),
  desired_state: z.enum(taskStates),
  execution_priority: z.enum(['time', 'tokens']),
  phase: line(100),
  health: line(100),
  milestones: z.array(milestoneSchema),
  subtasks: z.array(subtaskSchema),
  next_step: text(5_000),
  last_verified_step: text(5_000),
  status_update_interval_seconds: z.int().min(0),
  last_status_update_at: timestamp.nullable(),
  artifacts: z.array(z.record(z.string(), z.unknown())),
  /** Lines of the work that were given to workers, in the order in which they were assigned. */
  lanes: z.array(laneSchema),
  /** At most so many of them at once; 0: as the priority says. */
  max_parallel: z.int().min(0).max(100),
  /** Returns that fit no lane at work, oldest first. */
  quarantine: z.array(quarantinedReturnSchema),
  risk_notes: z.array(text(2_000)),
  /** Of several pauses and stops each, a line or more each. */
  operator_note: z.string(),
  /** The newest word to whoever works; `steering` has all that still count. */
  steering_note: text(10_000),
  steering: z.array(steeringSchema),
  /** How many words were ever kept for whoever works: the newest has this number. */
  words_said: z.int().min(0),
  /** What is open: actions that are not resolved, and imported ones. */
  pending_actions: z.array(z.record(z.string(), z.unknown())),
  action_states: z.record(z.string(), taskActionSchema),
  /** Keys of actions that took effect. */
  idempotency_ledger: z.record(z.string(), z.unknown()),
  reconcile: z.object({
    needed: z.boolean(),
    reason: z.string(),
    last_run_at: timestamp.nullable(),
    status: z.string(),
  }),
  created_at: timestamp,
  updated_at: timestamp,
  /** The last time somebody worked: scans and status reports do not count. */
  worked_at: timestamp,
  /** Grows with each command that changed something; named by writers, so that none overwrites what it has not seen. */
  revision: z.int().min(1),
  /** Absolute path of the project folder it belongs to; empty for none. */
  project: z.string(),
  /** 0 (trivial) to 4 (operator): how much process the task earns. */
  control_level: z.int().min(0).max(4),
  budget: taskBudgetSchema,
  acceptance: z.enum(acceptancePolicies),
  lease: leaseSchema.nullable(),
  /** Controls that wait for the next safe boundary, oldest first. */
  inbox: z.array(controlSchema),
  evidence: z.array(evidenceSchema),
  /** How full the context of the agent at work was, when it last said so. */
  context: z.object({ percent: z.int().min(0).max(100), at: timestamp }).nullable(),
  /** Who asked for the halt in which it rests, and when, oldest first; empty while it runs. */
  halts: z.array(z.object({ by: z.string(), at: timestamp })),
  /** Paused because that context was full: whoever comes next goes on without asking anybody. */
  handed_over: z.boolean(),
  /** What was said when it was completed or failed. */
  closing: z
    .object({
      text: text(2_000),
      by: z.string(),
      at: timestamp,
      /** It was this completion that was forced. */
      forced: z.literal(true).optional(),
    })
    .nullable(),
  /** Whoever has held the lease or worked without one: they are no second agent. */
  workers: z.array(z.string()),
  /** The processes of those who held the lease, newest last: under no name is one of them a second agent. */
  worker_processes: z.array(holderProcessSchema),
  /** Done criteria that were taken away or reworded: they stay to be seen. */
  dropped_criteria: z.array(z.object({ text: text(2_000), by: z.string(), at: timestamp })),
  /** What lay in the project when the task was made; absent where nothing could say. */
  begun_on: z.object({ cwd: z.string(), subject: evidenceSubjectSchema }).optional(),
  /** Where its reports go; absent: as an artifact of the original format says, else nowhere. */
  delivery: deliverySchema.optional(),
  /** 0 to 4: how much of it is reported; absent: as the settings say. */
  report_level: z.int().min(0).max(4).optional(),
  /** Set when the completion gate was passed by force: shown for ever. */
  override: z.object({ reason: text(2_000), by: z.string(), at: timestamp }).nullable(),
});
export type Task = z.infer<typeof taskSchema>;
