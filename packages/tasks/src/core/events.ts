/**
 * What happened to a task: append-only, numbered from 1, the truth that the snapshot is folded from (`evolve.ts`). An
 * event holds what changed, not the whole task.
 */

import type {
  Control,
  Delivery,
  Evidence,
  Lane,
  LaneDecision,
  LaneAgent,
  LaneRun,
  LaneStatus,
  Lease,
  Milestone,
  NextRole,
  QuarantinedReturn,
  Subtask,
  Task,
  TaskState,
} from '@perdure/contract';
import type { EditableTask, LanePlan, LedgerFields } from './commands.ts';

/** Names are those of the original format where it has one. */
export type TaskEventBody =
  | { readonly type: 'task_created'; readonly data: { readonly task: Task } }
  | {
      readonly type: 'task_imported';
      readonly data: {
        readonly task: Task;
        readonly from: string;
        /** What the log there said, line by line. */
        readonly history?: { readonly events: readonly unknown[]; readonly progress: readonly string[] };
      };
    }
  | { readonly type: 'task_updated'; readonly data: { readonly changes: Partial<EditableTask> } }
  | {
      readonly type: 'status_reported';
      readonly data: {
        readonly message: string;
        readonly phase?: string;
        readonly health?: string;
        readonly next_step?: string;
        readonly tokens?: number;
      };
    }
  | { readonly type: 'milestone_changed'; readonly data: { readonly milestone: Milestone } }
  | { readonly type: 'subtask_changed'; readonly data: { readonly subtask: Subtask } }
  | { readonly type: 'user_control_received'; readonly data: ControlReceipt }
  | { readonly type: 'user_control_deferred'; readonly data: { readonly control: Control } }
  /**
   * At a boundary, or with a continue: whoever works is told them for the first time; `again`: for the second, after
   * which they go.
   */
  | { readonly type: 'controls_told'; readonly data: { readonly controls: Words; readonly again?: Words } }
  /** Told no more: somebody took them back, or whoever works has heeded them. */
  | {
      readonly type: 'controls_settled';
      readonly data: { readonly controls: Words; readonly how: 'withdrawn' | 'heeded' };
    }
  /** Applied at a boundary: it leaves the inbox. */
  | { readonly type: 'user_control_applied'; readonly data: ControlReceipt }
  /** The state changed, by an arrow of the table. */
  | {
      readonly type:
        | 'pause_requested'
        | 'stop_requested'
        | 'resume_started'
        | 'task_completed'
        | 'task_failed'
        | 'task_reopened';
      readonly data: {
        readonly state: TaskState;
        readonly note?: string;
        readonly override?: NonNullable<Task['override']>;
        /** Paused by the agent itself, whose context was full. */
        readonly handed_over?: true;
      };
    }
  | { readonly type: 'lease_taken'; readonly data: { readonly lease: Lease } }
  | { readonly type: 'lease_renewed'; readonly data: { readonly expires_at: string } }
  /** The holder was told to pause or stop: its lease keeps nobody away any more. */
  | { readonly type: 'lease_rested'; readonly data: Readonly<Record<string, never>> }
  | { readonly type: 'lease_released'; readonly data: Readonly<Record<string, never>> }
  /** By a person, before it had expired: its holder is known to be gone. */
  | { readonly type: 'lease_broken'; readonly data: { readonly reason: string } }
  | {
      readonly type: 'action_started';
      readonly data: { readonly id: string; readonly key: string; readonly summary: string; readonly attempt: number };
    }
  | {
      readonly type: 'action_ended';
      readonly data: { readonly id: string; readonly status: 'success' | 'failed'; readonly result?: string };
    }
  /** Its agent is gone and nobody saw its end. */
  | { readonly type: 'action_unknown'; readonly data: { readonly id: string } }
  | {
      readonly type: 'action_resolved';
      readonly data: { readonly id: string; readonly status: 'success' | 'failed'; readonly how: string };
    }
  | {
      readonly type: 'resume_consistency_check_passed' | 'resume_consistency_check_failed';
      readonly data: { readonly reason: string; readonly open: readonly string[] };
    }
  | { readonly type: 'ledger_set'; readonly data: Partial<LedgerFields> }
  | { readonly type: 'evidence_recorded'; readonly data: { readonly evidence: Evidence } }
  | { readonly type: 'evidence_voided'; readonly data: { readonly ids: readonly string[] } }
  /** Where its reports go from now on; null: nowhere that a binding of its own names. */
  | { readonly type: 'delivery_bound'; readonly data: { readonly delivery: Delivery | null } }
  | {
      readonly type: 'subtask_assigned';
      readonly data: LanePlan & Pick<Lane, 'line' | 'deadline'>;
    }
  /** The round that just began is a run's; it is started after this is on disk, by whoever sees it first. */
  | { readonly type: 'lane_run_wanted'; readonly data: { readonly line: string } & Omit<LaneRun, 'run_id'> }
  /** The round that just began is for a member of the hub, who is told of it after this is on disk. */
  | { readonly type: 'lane_agent_wanted'; readonly data: { readonly line: string } & LaneAgent }
  | {
      readonly type: 'subagent_return_ingested';
      readonly data: ReturnFacts & {
        /** Its words; an adopted return has them in the event that kept it apart. */
        readonly body?: string;
        readonly adopted?: Pick<QuarantinedReturn, 'id' | 'seq'>;
      };
    }
  | {
      readonly type: 'controller_decision_recorded';
      readonly data: {
        readonly line: string;
        readonly decision: LaneDecision;
        readonly status: LaneStatus;
        readonly note: string;
        readonly next_role: NextRole;
        readonly proof?: string;
        /** Of the round that begins with it. */
        readonly node?: string;
        readonly minutes?: number | null;
        readonly deadline?: string | null;
      };
    }
  | { readonly type: 'lane_expired'; readonly data: Pick<Lane, 'line' | 'node'> & { readonly deadline: string } }
  | { readonly type: 'lane_run_started'; readonly data: { readonly line: string; readonly run_id: string } }
  | {
      readonly type: 'return_quarantined';
      readonly data: ReturnFacts & Pick<QuarantinedReturn, 'id' | 'why'> & { readonly body: string };
    }
  | {
      readonly type: 'quarantine_settled';
      readonly data: { readonly id: string; readonly how: 'adopted' | 'dropped'; readonly note: string };
    }
  | { readonly type: 'context_reported'; readonly data: { readonly percent: number; readonly session: string } }
  | {
      readonly type: 'noted';
      readonly data: { readonly name: string; readonly details: Readonly<Record<string, unknown>> };
    };

/**
 * `untold`: its words are kept until they are told. Logs of older versions lack it: there the newest word was told at
 * every boundary.
 */
type ControlReceipt = { readonly control: Control; readonly untold?: true };

type ReturnFacts = Pick<
  QuarantinedReturn,
  'line' | 'node' | 'tag' | 'goal_status' | 'next_role' | 'digest' | 'deliveries'
>;

/** The number is for who reads the log; the fold goes by the id. */
type Words = readonly Pick<Control, 'id' | 'intent' | 'message' | 'number'>[];

export type TaskEventType = TaskEventBody['type'];

export type TaskEvent = TaskEventBody & {
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: string;
};
