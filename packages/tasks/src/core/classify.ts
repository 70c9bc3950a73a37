/** Where a task stands for somebody who would take it up: the row of the resume table, and why it is that one. */

import { compact, type Task, type TaskState } from '@perdure/contract';
import { enumerate, own } from './answers.ts';
import { holdsLease, leaseState } from './lease.ts';
import { checkLanes, type LaneStanding } from './lanes.ts';
import { abandonedActions, pendingId, unknownActions } from './pending.ts';
import { resumeTable, type ResumeFact, type ResumeRow } from './resume-table.ts';

/** Older work than this is not resumed without a person. */
export const defaultMaxAgeMs = 24 * 60 * 60_000;

/** `interrupted`: it should run, and whoever worked on it is gone. */
export type DisplayState = TaskState | 'interrupted';

export function displayState(task: Task, now: number): DisplayState {
  const standing = leaseState(task.lease, now);
  const isDeserted = standing === 'expired' || standing === 'released';
  return task.desired_state === 'running' && isDeserted ? 'interrupted' : task.desired_state;
}

export interface ClassifyOptions {
  readonly now: number;
  /** A person named the task or said "continue": paused and stopped ones go on too, and nobody is asked again. */
  readonly confirmed?: boolean;
  /** Whether to ask before a task is resumed that nobody confirmed; absent: yes. */
  readonly askFirst?: boolean;
  readonly maxAgeMs?: number;
  /** Of whoever would take it up: its own lease is not in the way. */
  readonly tokenHash?: string;
  /** The fence of a lease whose holder's process is gone: it is in nobody's way either. */
  readonly gone?: number;
}

export interface Classification extends Pick<ResumeRow, 'class' | 'action' | 'byItself' | 'steps'> {
  /** The facts of the row, in words. */
  readonly reasons: readonly string[];
  /** A plan holds for this revision only. */
  readonly revision: number;
  /** Only where somebody is to be asked. */
  readonly question?: string;
}

export function classify(task: Task, options: ClassifyOptions): Classification {
  const facts = findFacts(task, options);
  const row = resumeTable.find(({ when }) => when.every((fact) => facts.has(fact))) ?? unknownState;
  const reasons = row.when.flatMap((fact) => facts.get(fact) ?? []);
  return {
    class: row.class,
    action: row.action,
    byItself: row.byItself,
    steps: row.steps,
    reasons: reasons.length > 0 ? reasons : [`desired_state=${task.desired_state} is not known`],
    revision: task.revision,
    ...compact({
      question: row.action === 'ask_to_resume' ? `Continue "${task.title}" from its last safe step?` : undefined,
    }),
  };
}

const unknownState = resumeTable.at(-1) as ResumeRow;

/** Each fact that holds, with its reason. */
function findFacts(task: Task, options: ClassifyOptions): ReadonlyMap<ResumeFact, string> {
  const { now, confirmed = false } = options;
  const facts = new Map<ResumeFact, string>();
  const { desired_state: state, lease, inbox } = task;
  const isHalted = state === 'paused' || state === 'stopped';
  const mayResume = isHalted && (confirmed || task.handed_over);
  const said = task.handed_over ? 'handed over by an agent whose context was full' : `desired_state=${state}`;
  if (state !== 'running' && !mayResume) {
    facts.set(state, said);
    return facts;
  }
  const isGone = options.gone !== undefined && options.gone === lease?.fence;
  if (!isGone && leaseState(lease, now) === 'alive' && !holdsLease(task, options.tokenHash)) {
    facts.set('at_work', `${lease?.holder} is at work until ${lease?.expires_at}`);
  }
  if (inbox.length > 0) {
    facts.set('control_waits', `${inbox.length} control(s) wait: ${enumerate(inbox.map(({ intent }) => intent))}`);
  }
  const open = openActions(task, now);
  if (open.length > 0) facts.set('actions_open', `not resolved: ${enumerate(open)}`);
  else if (task.reconcile.needed) facts.set('actions_open', `reconcile still needed: ${task.reconcile.reason}`);
  for (const [fact, reason] of laneFacts(task, now)) facts.set(fact, reason);
  if (displayState(task, now) === 'interrupted') facts.set('interrupted', `the lease of ${lease?.holder} has ended`);
  const question = reasonToAsk(task, options);
  if (question !== undefined) facts.set('asks_first', question);
  facts.set('resumable', said);
  return facts;
}

/** A lane whose next round is another worker's needs a decision, and no person for it. */
function laneFacts(task: Task, now: number): readonly (readonly [ResumeFact, string])[] {
  const { dropped, attention, active } = checkLanes(task, now);
  const isRoutine = attention.every(({ lane }) => ['worker', 'research', 'verify'].includes(lane.next_role));
  const facts: (readonly [ResumeFact, string])[] = [];
  if (dropped.length > 0) facts.push(['lane_dropped', `${dropped.length} dropped lane(s): ${names(dropped)}`]);
  if (attention.length > 0) {
    const reason = `${attention.length} lane(s) wait for a decision: ${names(attention)}`;
    facts.push([isRoutine ? 'lane_waits' : 'lane_asks', reason]);
  }
  if (active.length > 0) facts.push(['lane_active', `${active.length} lane(s) at work: ${names(active)}`]);
  return facts;
}

function names(standings: readonly LaneStanding[]): string {
  return enumerate(standings.map(({ lane }) => lane.line));
}

/** Actions that stand in the way of going on: those of an agent that is gone, and what was imported as pending. */
export function openActions(task: Task, now: number): readonly string[] {
  const ours = [...unknownActions(task), ...abandonedActions(task, now)];
  // Ours leave the list when they end; an imported one may stand there as failed, and nobody knows what that means.
  const imported = task.pending_actions.map(pendingId).filter((id) => {
    const status = own(task.action_states, id)?.status;
    return status === undefined || status === 'failed';
  });
  return [...new Set([...ours, ...imported])];
}

function reasonToAsk(
  task: Task,
  { now, confirmed = false, askFirst = true, ...options }: ClassifyOptions,
): string | undefined {
  if (confirmed) return undefined;
  if (askFirst) return 'a person is asked first';
  const ageMs = now - Date.parse(task.worked_at);
  if (ageMs <= (options.maxAgeMs ?? defaultMaxAgeMs)) return undefined;
  return `nobody has worked on it for ${Math.floor(ageMs / 3_600_000)} h`;
}
