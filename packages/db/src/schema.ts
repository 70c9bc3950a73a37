/**
 * The tables, as Kysely sees them. Portable columns only: text ids, integer milliseconds, JSON as text, so that
 * another database is another dialect and not another design.
 */

import type {
  ChannelKind,
  DeliveryMethod,
  MessageKind,
  PrincipalKind,
  ReportReason,
  ReportState,
  RunEventType,
  RunOrder,
  RunStatus,
  StepKind,
  StepStatus,
  TaskState,
  WaitKind,
  WaitPurpose,
} from '@perdure/contract';
import type { DriveFilesTable, MessageAttachmentsTable } from './drive-tables.ts';
import type { FamiliesTable, FamilyHealthTable, FamilyMembersTable, HubAuditTable } from './family-tables.ts';
import type { GatewaysTable } from './fleet-tables.ts';
import type { HubActivityTable, HubTasksTable } from './hub-task-tables.ts';
import type {
  VaultRootTable,
  VaultsTable,
  VaultMembersTable,
  VaultItemsTable,
  VaultFieldsTable,
  VaultLeasesTable,
  VaultGrantsTable,
  VaultAuditTable,
} from './vault-tables.ts';

export type * from './drive-tables.ts';
export type * from './family-tables.ts';
export type * from './fleet-tables.ts';
export type * from './hub-task-tables.ts';
export type * from './vault-tables.ts';

export interface RunsTable {
  id: string;
  pipeline: string;
  status: RunStatus;
  /** Raised by each drive that begins: the fencing token of every later commit (R1). */
  fence: number;
  /** Commits of its drivers: how far a run has come, for whoever watches the database alone. */
  commit_no: number;
  /** Number of the newest event. */
  event_seq: number;
  /** Lines of `ctx.log` already recorded. */
  log_count: number;
  /** Drives begun since the last commit (R7); -1 where the last one gave the run back by itself. */
  barren_drives: number;
  recoveries: number;
  input: string;
  /** Its checksum; null in what earlier versions recorded. */
  input_sum: number | null;
  output: string | null;
  /** Of an output in its row. */
  output_sum: number | null;
  output_blob: string | null;
  /** An ErrorRecord. */
  error: string | null;
  /** Key of the failed step that failed the run: where `retry` goes on. */
  failed_key: string | null;
  wait_kind: WaitKind | null;
  /** `server/model`, where it waits for one. */
  wait_model: string | null;
  /** When a waiting run wants to be driven again; null while it waits for somebody else. */
  wake_at: number | null;
  /** How the run ends once undoing is through. */
  undo_outcome: 'failed' | 'cancelled' | null;
  parent_run: string | null;
  parent_key: string | null;
  idempotency_key: string | null;
  request_hash: string | null;
  /** A `Budget` of this run's own. */
  budget: string | null;
  forked_from_run: string | null;
  forked_from_key: string | null;
  /** Of a fork: the run whose uuids it has. */
  origin_run: string | null;
  /** Milliseconds in which it waited, was paused or needed attention. */
  idle_ms: number;
  /**
   * What had been used, and the newest step, when a person last resumed a run that needed attention: budgets count
   * from there.
   */
  cleared: string | null;
  input_tokens: number;
  output_tokens: number;
  created_at: number;
  updated_at: number;
  ended_at: number | null;
}

export interface StepsTable {
  run_id: string;
  key: string;
  /** Start order within the run, from 1. */
  seq: number;
  kind: StepKind;
  status: StepStatus;
  attempt: number;
  input_hash: string | null;
  /** JSON; null when `result_blob` holds it, or while there is none. */
  result: string | null;
  result_blob: string | null;
  /** CRC-32 of `result`. */
  result_sum: number | null;
  error: string | null;
  detail: string | null;
  undoable: number;
  started_at: number;
  ended_at: number | null;
}

export interface EventsTable {
  run_id: string;
  seq: number;
  type: RunEventType;
  at: number;
  actor: string;
  data: string;
}

export interface OrdersTable {
  id: string;
  run_id: string;
  kind: RunOrder;
  /** What a `steer` says; null for the others. */
  text: string | null;
  actor: string;
  created_at: number;
  consumed_at: number | null;
}

/** Models that are away. */
export interface ModelOutagesTable {
  /** `server/model`. */
  model: string;
  since: number;
  /** Nobody asks it before; who asks then moves it. */
  next_at: number;
  tries: number;
  /** A sentence. */
  reason: string;
}

/** Values too large for a row, by the SHA-256 of their JSON text. */
export interface BlobsTable {
  hash: string;
  body: string;
  created_at: number;
}

/**
 * What the worker has loaded: `kind` is `agent`, `pipeline`, `tool`, `model_server` or `problem`, `entry` the JSON of
 * its contract schema.
 */
export interface CatalogueTable {
  kind: string;
  id: string;
  entry: string;
  published_at: number;
}

/** Runs that were deleted and of which something may be left. */
export interface RemovalsTable {
  run_id: string;
}

/** Questions to people. `answer` is JSON text; null while nobody has answered. */
export interface WaitsTable {
  id: string;
  run_id: string;
  step_key: string;
  purpose: WaitPurpose;
  question: string;
  context: string | null;
  answer_schema: string | null;
  asked_at: number;
  expires_at: number | null;
  answer: string | null;
  answered_by: string | null;
  answered_at: number | null;
}

/**
 * The questions to people with what asked them: the one place that tells whether a step still waits for its question.
 */
export interface QuestionsView extends WaitsTable {
  pipeline: string;
  run_status: RunStatus;
  /** 0 where its step waits for it no more: it was settled otherwise, or asked anew after a retry. */
  awaited: 0 | 1;
}

export interface LeasesTable {
  name: string;
  holder: string;
  expires_at: number;
}

/**
 * A task as its log makes it: `snapshot` is the JSON of the whole, the other columns are copies of its fields to
 * search and sort by.
 */
export interface TasksTable {
  id: string;
  /** Absolute path of its folder; empty for none. */
  project: string;
  state: TaskState;
  title: string;
  revision: number;
  /** 1: gave its id to another task and is kept for the record, out of the usual lists. */
  archived: number;
  worked_at: number;
  updated_at: number;
  created_at: number;
  /** When it was completed or failed; null while it is open. */
  closed_at: number | null;
  snapshot: string;
}

export interface TaskEventsTable {
  task_id: string;
  seq: number;
  type: string;
  at: number;
  actor: string;
  data: string;
}

/** A task that lies in a file, and no more in the record. */
export interface TaskArchivesTable {
  /** Its name in the folder of archives. */
  file: string;
  task_id: string;
  title: string;
  project: string;
  state: TaskState;
  closed_at: number;
  archived_at: number;
  events: number;
  /** Of the file, up to the line that says it. */
  sha256: string;
}

/** Hand-overs of agents whose context was full. */
export interface ResumeQueueTable {
  id: string;
  /** Order of arrival: clocks of several processes do not say it. */
  position: number;
  task_id: string | null;
  title: string;
  context: string;
  source: string;
  session: string;
  created_at: number;
}

/** A report of a task on its way. */
export interface TaskReportsTable {
  /** The key by which a receiver knows it again. */
  id: string;
  /** Order of arrival: clocks of several processes do not say it. */
  position: number;
  task_id: string;
  /** From 1 within its task. */
  number: number;
  /** What it reports; the same is reported once. */
  cause: string;
  reason: ReportReason;
  /** A `Delivery`, as it was when the report was made. */
  delivery: string;
  /** That of the delivery. */
  method: DeliveryMethod;
  /** A line. */
  text: string;
  /** JSON: what a program makes of it. */
  facts: string;
  state: ReportState;
  /** How often it was sent or tried: the fence of whoever sends it. */
  attempt: number;
  /** When it is tried again, or its sender must be gone. */
  next_at: number;
  problem: string | null;
  created_at: number;
  updated_at: number;
}

/** A part of a request that a model refused. */
export interface ModelLearntTable {
  /** `server/model`. */
  model: string;
  feature: string;
  /** Empty where the feature was refused, whatever the schema. */
  schema_hash: string;
  reason: string;
  at: number;
}

/** One row: whom all principals of this state root belong to. */
export interface WorkspacesTable {
  id: string;
  created_at: number;
}

/** People and agents of the hub. */
export interface PrincipalsTable {
  id: string;
  workspace_id: string;
  kind: PrincipalKind;
  handle: string;
  display_name: string;
  /** 1: the person whose state root this is. */
  is_owner: 0 | 1;
  created_at: number;
}

export interface ApiKeysTable {
  id: string;
  principal_id: string;
  label: string;
  /** How the key begins. */
  hint: string;
  /** The first 16 hexadecimal digits of `hash`: a key is looked up by these, and compared by all. */
  lookup: string;
  /** SHA-256 of the key, in hexadecimal. */
  hash: string;
  created_by: string;
  created_at: number;
  last_used_at: number | null;
  revoked_by: string | null;
  revoked_at: number | null;
}

export interface ChannelsTable {
  id: string;
  kind: ChannelKind;
  /** Null for a dm. */
  name: string | null;
  /** Of a dm: both members, so that there is one for each two. */
  dm_of: string | null;
  last_seq: number;
  created_by: string;
  created_at: number;
}

export interface ChannelMembersTable {
  channel_id: string;
  principal_id: string;
  joined_at: number;
  read_seq: number;
}

export interface MessagesTable {
  channel_id: string;
  /** From 1 in each channel, without gaps. */
  seq: number;
  id: string;
  sender_id: string;
  kind: MessageKind;
  intent: string;
  content: string;
  thread_root_id: string | null;
  client_key: string | null;
  /** More of it is to come, unless nothing has until then. */
  streaming_until: number | null;
  created_at: number;
  edited_at: number | null;
  deleted_at: number | null;
}

export interface ReactionsTable {
  message_id: string;
  principal_id: string;
  emoji: string;
  at: number;
}

/** Sessions of people in a browser. */
export interface SessionsTable {
  id: string;
  principal_id: string;
  created_by: string;
  created_at: number;
  /** The first 16 hexadecimal digits of `hash`. */
  lookup: string;
  /** SHA-256 in hexadecimal: of the link until that is used, then of both halves of the session. */
  hash: string;
  opened_at: number | null;
  last_used_at: number | null;
  expires_at: number;
  ended_by: string | null;
  ended_at: number | null;
}

export interface Schema {
  workspaces: WorkspacesTable;
  principals: PrincipalsTable;
  api_keys: ApiKeysTable;
  channels: ChannelsTable;
  channel_members: ChannelMembersTable;
  messages: MessagesTable;
  reactions: ReactionsTable;
  families: FamiliesTable;
  family_members: FamilyMembersTable;
  family_health: FamilyHealthTable;
  hub_audit: HubAuditTable;
  drive_files: DriveFilesTable;
  message_attachments: MessageAttachmentsTable;
  hub_tasks: HubTasksTable;
  hub_activity: HubActivityTable;
  gateways: GatewaysTable;
  sessions: SessionsTable;
  vault_root: VaultRootTable;
  vaults: VaultsTable;
  vault_members: VaultMembersTable;
  vault_items: VaultItemsTable;
  vault_fields: VaultFieldsTable;
  vault_leases: VaultLeasesTable;
  vault_audit: VaultAuditTable;
  vault_grants: VaultGrantsTable;
  runs: RunsTable;
  steps: StepsTable;
  events: EventsTable;
  orders: OrdersTable;
  blobs: BlobsTable;
  model_outages: ModelOutagesTable;
  catalogue: CatalogueTable;
  leases: LeasesTable;
  removals: RemovalsTable;
  waits: WaitsTable;
  questions: QuestionsView;
  tasks: TasksTable;
  task_events: TaskEventsTable;
  resume_queue: ResumeQueueTable;
  task_archives: TaskArchivesTable;
  task_reports: TaskReportsTable;
  model_learnt: ModelLearntTable;
}
