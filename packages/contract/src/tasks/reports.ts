/**
 * Why a report of a task is made, at which level it is told, and its life on the way: tables as data, which the store,
 * the command line and the documentation read.
 */

/** `22:00-07:00`: hours of the day, the second before the first where they go past midnight. */
export const hoursPattern = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

/** Ways by which a report travels. */
export const deliveryMethods = ['stdout', 'log', 'noop', 'command', 'webhook', 'openclaw'] as const;
export type DeliveryMethod = (typeof deliveryMethods)[number];

/** The name of a variable of the environment or of the state root's `.env`: a secret itself is never held. */
export const variablePattern = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/**
 * Why a report is made. `timed` and `stale` are found by the sweep; the others come with an event, at once.
 */
export const reportReasons = [
  'completion',
  'failure',
  'blocker',
  'stale',
  'control',
  'milestone',
  'phase',
  'resume',
  'retry',
  'timed',
  'progress',
] as const;
export type ReportReason = (typeof reportReasons)[number];

/** The lowest reporting level at which a reason is told: the one table of levels. */
export const levelOfReason = {
  completion: 0,
  failure: 0,
  blocker: 1,
  stale: 1,
  control: 1,
  milestone: 1,
  phase: 2,
  resume: 2,
  retry: 2,
  timed: 3,
  progress: 4,
} as const satisfies Record<ReportReason, number>;

/** Those that settings may switch off. */
export const optionalReasons = [
  'completion',
  'blocker',
  'milestone',
  'phase',
  'resume',
  'retry',
  'timed',
] as const satisfies readonly ReportReason[];
export type OptionalReason = (typeof optionalReasons)[number];

/**
 * `sending`: somebody is at it, or was when it died. `unknown`: it may have arrived, and its receiver does not know our
 * key. `dead`: given up. `skipped`: nobody wants it.
 */
export const reportStates = ['pending', 'sending', 'failed', 'unknown', 'sent', 'dead', 'skipped'] as const;
export type ReportState = (typeof reportStates)[number];

export const reportTransitions = {
  pending: { claim: 'sending', skip: 'skipped' },
  /** `reclaim`: its sender is gone, and the receiver takes our key. */
  sending: { sent: 'sent', fail: 'failed', exhaust: 'dead', lose: 'unknown', reclaim: 'sending' },
  failed: { claim: 'sending', skip: 'skipped' },
  /** Whoever was thought gone may still come and say how it ended. */
  unknown: { sent: 'sent', fail: 'failed', resend: 'pending', skip: 'skipped' },
  dead: { resend: 'pending', skip: 'skipped' },
  sent: {},
  skipped: {},
} as const satisfies Record<ReportState, Partial<Record<string, ReportState>>>;

export type ReportAction = 'claim' | 'skip' | 'sent' | 'fail' | 'exhaust' | 'lose' | 'reclaim' | 'resend';

/** The state after `action`, or undefined where the table has no such arrow. */
export function nextReportState(state: ReportState, action: ReportAction): ReportState | undefined {
  return (reportTransitions[state] as Partial<Record<ReportAction, ReportState>>)[action];
}
