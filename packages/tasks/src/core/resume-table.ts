/**
 * What may be done with a task that nobody works on: the first row whose facts all hold. Data, for the command line and
 * the documentation read it too. `byItself`: low enough a risk to be done without a person asking for it.
 */

/** What a row can ask about; `classify.ts` finds out which hold, and says so in words. */
export type ResumeFact =
  | 'paused'
  | 'stopped'
  | 'completed'
  | 'failed'
  | 'at_work'
  | 'lane_dropped'
  | 'control_waits'
  | 'actions_open'
  | 'lane_waits'
  | 'lane_asks'
  | 'lane_active'
  | 'interrupted'
  | 'asks_first'
  | 'resumable';

export interface ResumeRow {
  readonly when: readonly ResumeFact[];
  readonly class:
    | 'paused'
    | 'stopped'
    | 'completed'
    | 'failed'
    | 'at_work'
    | 'needs_attention'
    | 'interrupted'
    | 'resumable';
  readonly action:
    | 'stay_paused'
    | 'stay_stopped'
    | 'none'
    | 'manual_recovery'
    | 'leave_alone'
    | 'repair_orchestration_line'
    | 'user_control_pending'
    | 'reconcile_first'
    | 'controller_decision_needed'
    | 'ask_to_resume'
    | 'resume_active_line'
    | 'resume_main_flow';
  readonly byItself: boolean;
  readonly steps: readonly string[];
}

const review = ['manual_review'];
const obey = ['load_task_snapshot', 'acknowledge_user_control', 'apply_or_pause_for_user_control'];
const reconcile = ['load_task_snapshot', 'resolve_pending_actions', 're-run_reconcile', 'resume_if_clean'];
const repair = ['load_task_snapshot', 'repair_line_metadata', 're-run_bootstrap_scan'];
const inspect = ['load_task_snapshot', 'inspect_waiting_lines', 'record_controller_decision', 'resume_controller_flow'];
const ask = ['load_task_snapshot', 'summarize_last_safe_step', 'ask_user_whether_to_continue'];
const goOnLine = ['load_task_snapshot', 'confirm_reconcile_clean', 'select_active_line', 'continue_controller_flow'];
const goOn = ['load_task_snapshot', 'confirm_reconcile_clean', 'resume_main_execution'];

/** In the order of evaluation: what a person asked for and what is not settled come before any way of going on. */
export const resumeTable: readonly ResumeRow[] = [
  { when: ['paused'], class: 'paused', action: 'stay_paused', byItself: false, steps: review },
  { when: ['stopped'], class: 'stopped', action: 'stay_stopped', byItself: false, steps: review },
  { when: ['completed'], class: 'completed', action: 'none', byItself: false, steps: review },
  { when: ['failed'], class: 'failed', action: 'manual_recovery', byItself: false, steps: review },
  { when: ['at_work'], class: 'at_work', action: 'leave_alone', byItself: false, steps: review },
  // Whatever else is open, a lost line of work is repaired first.
  {
    when: ['lane_dropped'],
    class: 'needs_attention',
    action: 'repair_orchestration_line',
    byItself: false,
    steps: repair,
  },
  { when: ['control_waits'], class: 'needs_attention', action: 'user_control_pending', byItself: true, steps: obey },
  { when: ['actions_open'], class: 'needs_attention', action: 'reconcile_first', byItself: false, steps: reconcile },
  // Whose turn it is: a person's is left to one, and so is all that is old.
  {
    when: ['lane_asks'],
    class: 'needs_attention',
    action: 'controller_decision_needed',
    byItself: false,
    steps: inspect,
  },
  {
    when: ['lane_waits', 'asks_first'],
    class: 'needs_attention',
    action: 'controller_decision_needed',
    byItself: false,
    steps: inspect,
  },
  {
    when: ['lane_waits'],
    class: 'needs_attention',
    action: 'controller_decision_needed',
    byItself: true,
    steps: inspect,
  },
  {
    when: ['interrupted', 'asks_first'],
    class: 'interrupted',
    action: 'ask_to_resume',
    byItself: false,
    steps: ask,
  },
  { when: ['resumable', 'asks_first'], class: 'resumable', action: 'ask_to_resume', byItself: false, steps: ask },
  {
    when: ['interrupted', 'lane_active'],
    class: 'interrupted',
    action: 'resume_active_line',
    byItself: true,
    steps: goOnLine,
  },
  { when: ['lane_active'], class: 'resumable', action: 'resume_active_line', byItself: true, steps: goOnLine },
  { when: ['interrupted'], class: 'interrupted', action: 'resume_main_flow', byItself: true, steps: goOn },
  { when: ['resumable'], class: 'resumable', action: 'resume_main_flow', byItself: true, steps: goOn },
  // A state that this version does not know.
  { when: [], class: 'needs_attention', action: 'reconcile_first', byItself: false, steps: reconcile },
];

/** Actions of somebody who has the lease and goes on: what its lanes ask for is what it does first. */
const onward: ReadonlySet<ResumeRow['action']> = new Set([
  'resume_main_flow',
  'resume_active_line',
  'controller_decision_needed',
  'repair_orchestration_line',
]);

/** Whether whoever continues gets to work, with whatever is to be done first. */
export function isOnward(action: ResumeRow['action']): boolean {
  return onward.has(action);
}
