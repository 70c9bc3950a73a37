/**
 * What can be asked of a task. A command is parsed at the edge and decided in the core (`decide.ts`); ids, times and
 * tokens come with it.
 */

import type {
  ControlIntent,
  Delivery,
  Evidence,
  GoalStatus,
  HolderProcess,
  Lane,
  LaneDecision,
  LaneStatus,
  LaneTag,
  Milestone,
  NextRole,
  Subtask,
  Task,
} from '@perdure/contract';

/** Fields that a writer may set as they are. */
export type EditableTask = Pick<
  Task,
  | 'title'
  | 'goal'
  | 'done_criteria'
  | 'constraints'
  | 'execution_priority'
  | 'phase'
  | 'health'
  | 'next_step'
  | 'last_verified_step'
  | 'status_update_interval_seconds'
  | 'artifacts'
  | 'risk_notes'
  | 'project'
  | 'control_level'
  | 'acceptance'
  | 'report_level'
  | 'operator_note'
  | 'steering_note'
  | 'max_parallel'
> & { readonly budget: { readonly minutes?: number; readonly tokens?: number } };

export interface CreateTask {
  readonly type: 'create';
  readonly task_id: string;
  /** Title and goal at least; the rest has defaults. */
  readonly fields: Pick<EditableTask, 'title' | 'goal'> &
    Partial<EditableTask> & { readonly milestones?: readonly Milestone[]; readonly subtasks?: readonly Subtask[] };
  /** What lies in its project; absent where nothing can say. */
  readonly begunOn?: NonNullable<Task['begun_on']>;
  /** Who works on it from now on; absent: nobody yet. */
  readonly lease?: NewLease;
}

export interface NewLease {
  readonly holder: string;
  readonly tokenHash: string;
  /** How long it lasts after each write of its holder. */
  readonly ttlMs: number;
  /** What lives as long as the holder does, where that is known. */
  readonly process?: HolderProcess;
}

/** The ledger of actions, as the original keeps it: whoever writes it says what it is to be. */
export type LedgerFields = Pick<Task, 'pending_actions' | 'action_states' | 'idempotency_ledger' | 'reconcile'>;

export type TaskCommand =
  | SingleCommand
  /** One after the other, as one write: all of them are taken, or none. */
  | { readonly type: 'all'; readonly commands: readonly SingleCommand[] };

export type SingleCommand =
  | { readonly type: 'update'; readonly changes: Partial<EditableTask> }
  | {
      readonly type: 'progress';
      readonly message: string;
      readonly phase?: string;
      readonly health?: string;
      readonly nextStep?: string;
      /** Tokens used since the last report. */
      readonly tokens?: number;
    }
  /** Changes what is given of it; with a title, adds one that is not there yet. */
  | { readonly type: 'milestone'; readonly id: string; readonly changes: Partial<Omit<Milestone, 'id'>> }
  | { readonly type: 'subtask'; readonly id: string; readonly changes: Partial<Omit<Subtask, 'id'>> }
  | {
      readonly type: 'control';
      readonly controlId: string;
      readonly intent: ControlIntent;
      readonly message: string;
      /** `now`: at once, unless `unsafeReason` says why not. `boundary`: at the next safe boundary. */
      readonly when: 'now' | 'boundary';
      readonly unsafeReason?: string;
    }
  /**
   * Words that are told no more, by their numbers: `withdrawn` by who said them or a person, `heeded` by whoever
   * works.
   */
  | { readonly type: 'settle_words'; readonly numbers: readonly number[]; readonly how: 'withdrawn' | 'heeded' }
  /** The agent is between two slices: controls that wait are applied in order, and the lease is renewed. */
  | { readonly type: 'boundary' }
  | { readonly type: 'take_lease'; readonly lease: NewLease; readonly takeOver: boolean }
  /** It is still at work, on something that takes long. */
  | { readonly type: 'renew_lease' }
  | { readonly type: 'release_lease' }
  /** A person says that the holder is gone, and does not wait until its lease has expired. */
  | { readonly type: 'break_lease'; readonly reason: string }
  /** Without a summary that of the try before, or the id. */
  | { readonly type: 'start_action'; readonly actionId: string; readonly summary?: string }
  | {
      readonly type: 'end_action';
      readonly actionId: string;
      readonly status: 'success' | 'failed';
      readonly result?: string;
    }
  /** What became of an action nobody saw the end of: found out by a command or by a person. */
  | {
      readonly type: 'resolve_action';
      readonly actionId: string;
      readonly status: 'success' | 'failed';
      readonly how: string;
    }
  | { readonly type: 'reconcile'; readonly reason: string }
  /** Sets what is given of it. No key leaves the ledger, and no action of ours whose end nobody saw. */
  | { readonly type: 'set_ledger'; readonly ledger: Partial<LedgerFields> }
  | { readonly type: 'evidence'; readonly evidence: Evidence }
  /** What evidence was run on has changed. */
  | { readonly type: 'void_evidence'; readonly evidenceIds: readonly string[] }
  /** `override`: passes the gate by force, and is shown for ever. */
  | {
      readonly type: 'complete';
      readonly summary?: string;
      readonly override?: string;
      /** Evidence that whoever looked could not compare with its files just now. */
      readonly uncompared?: readonly Uncompared[];
    }
  | { readonly type: 'fail'; readonly reason: string }
  | { readonly type: 'reopen'; readonly reason: string }
  /** Takes the task up again: reconciles, applies what waits, takes the lease. */
  | {
      readonly type: 'continue';
      readonly lease: NewLease;
      readonly takeOver: boolean;
      /** The fence of a lease whose holder's process was seen to be gone: it counts as expired. */
      readonly gone?: number;
      /**
       * What it may wake besides a running and a handed-over task: whoever asks has seen the task as it was before the
       * lock.
       */
      readonly wakes: readonly HaltedState[];
    }
  /** Where its reports are to go; null: the binding is taken away. */
  | { readonly type: 'bind'; readonly delivery: Delivery | null }
  /** Gives a line of the work to a worker; what is not said stays as it was in the round before. */
  | {
      readonly type: 'assign_lane';
      readonly line: string;
      readonly lane: Partial<LanePlan>;
      /** It is done by a run of a pipeline. */
      readonly run?: { readonly pipeline: string; readonly input: unknown };
      /** It is done by this member of the hub. */
      readonly agent?: string;
    }
  /** What a worker handed back; `returnId`: its name where it has to be kept apart. */
  | { readonly type: 'ingest_return'; readonly returnId: string; readonly given: LaneReturn }
  | {
      readonly type: 'decide_lane';
      readonly line: string;
      readonly decision: LaneDecision;
      readonly note?: string;
      readonly nextRole?: NextRole;
      /** Only the one that the decision implies. */
      readonly status?: LaneStatus;
      /** Of the next round. */
      readonly node?: string;
      readonly minutes?: number;
      /** Where a delivery that the worker did not prove can be seen. */
      readonly proof?: string;
    }
  | { readonly type: 'expire_lanes' }
  /** A return that was kept apart: it counts after all, or goes. */
  | {
      readonly type: 'settle_return';
      readonly id: string;
      readonly how: 'adopted' | 'dropped';
      readonly note?: string;
    }
  | { readonly type: 'note_lane_run'; readonly line: string; readonly runId: string }
  | { readonly type: 'context'; readonly percent: number; readonly session: string }
  /** An event of the agent's own, for the log only. */
  | { readonly type: 'event'; readonly name: string; readonly details: Readonly<Record<string, unknown>> };

/** What a lane is given with. */
export type LanePlan = Pick<
  Lane,
  'owner' | 'goal' | 'summary' | 'scope' | 'write_targets' | 'coordination' | 'node' | 'minutes'
>;

/** What a worker handed back. */
export interface LaneReturn {
  readonly task_id: string;
  readonly line: string;
  readonly node: string;
  readonly tag: LaneTag;
  readonly goal_status: GoalStatus;
  readonly next_role: NextRole;
  readonly body: string;
  /** Of headers and body: the same return again is known by it. */
  readonly digest: string;
}

/** A state in which somebody wants the task to rest. */
export type HaltedState = 'paused' | 'stopped';

export interface Uncompared {
  /** That of the evidence. */
  readonly id: string;
  /** A clause. */
  readonly why: string;
}

/** Who asks, when, and what they have seen. */
export interface CommandContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Shown in the log: an agent, `owner`, a command. */
  readonly actor: string;
  /** SHA-256 of the token by which the writer shows that it holds the lease. */
  readonly tokenHash?: string;
  /** What lives as long as the writer; absent where nobody asks, or nothing is known. */
  readonly process?: HolderProcess;
  /** It is known to come from inside of a harness. */
  readonly isAgent?: true;
  /** The revision that the writer has seen, or `latest` where it does not care. */
  readonly revision: number | 'latest';
}
