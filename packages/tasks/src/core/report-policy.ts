/**
 * What settings say about reports, and what a task makes of them. What a task says itself counts first, then the
 * settings, then what it is to save: `time` is reported often and fully, `tokens` seldom and briefly.
 */

import type { OptionalReason, ReportReason, Task } from '@perdure/contract';
import { levelOfReason, optionalReasons } from '@perdure/contract';
import { parseQuietHours, type QuietHours } from './quiet-hours.ts';

export interface ReportPolicy {
  /** 0 to 4, of tasks that have none of their own. */
  readonly level?: number | undefined;
  /** Of tasks that have none of their own. */
  readonly intervalSeconds?: number | undefined;
  /** How long a report that came at once keeps a timed one away; 0: not at all. */
  readonly cooldownSeconds: number;
  /** Of the reasons that may be switched off, those that are on. */
  readonly reasons: readonly OptionalReason[];
  readonly quietHours?: QuietHours | undefined;
  /** How long nobody may have worked on a running task that nobody holds. */
  readonly staleAfterMs: number;
}

export const defaultPolicy: ReportPolicy = {
  cooldownSeconds: 15,
  reasons: optionalReasons,
  staleAfterMs: 24 * 60 * 60_000,
};

/** The settings by their names; times in milliseconds. */
export interface ReportSettings {
  readonly reportLevel?: number | undefined;
  readonly reportInterval?: number | undefined;
  readonly reportCooldown?: number | undefined;
  readonly reportReasons?: readonly OptionalReason[] | undefined;
  /** `22:00-07:00`. */
  readonly quietHours?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly staleAfter?: number | undefined;
}

export function policyOf(settings: ReportSettings): ReportPolicy {
  const { reportLevel, reportInterval, reportCooldown, reportReasons, staleAfter } = settings;
  const hours = parseQuietHours(settings.quietHours ?? '');
  return {
    level: reportLevel,
    intervalSeconds: reportInterval === undefined ? undefined : Math.ceil(reportInterval / 1000),
    cooldownSeconds: reportCooldown === undefined ? defaultPolicy.cooldownSeconds : Math.ceil(reportCooldown / 1000),
    reasons: reportReasons ?? defaultPolicy.reasons,
    quietHours: hours && { ...hours, timeZone: settings.timeZone },
    staleAfterMs: staleAfter ?? defaultPolicy.staleAfterMs,
  };
}

/** The one table of what a priority means for reports. */
const ofPriority = {
  time: { level: 3, intervalSeconds: 60 },
  tokens: { level: 1, intervalSeconds: 300 },
} as const satisfies Record<Task['execution_priority'], { readonly level: number; readonly intervalSeconds: number }>;

/** What a task says of its reports. */
export interface Told extends Pick<Task, 'execution_priority' | 'status_update_interval_seconds'> {
  readonly report_level?: number | undefined;
}

/** How much of a task is reported. */
export function reportLevel(task: Told, { level }: Pick<ReportPolicy, 'level'>): number {
  return task.report_level ?? level ?? ofPriority[task.execution_priority].level;
}

/** How often; a task with the interval 0 has none of its own. */
export function reportIntervalSeconds(task: Told, { intervalSeconds }: Pick<ReportPolicy, 'intervalSeconds'>): number {
  const own = task.status_update_interval_seconds;
  return own > 0 ? own : (intervalSeconds ?? ofPriority[task.execution_priority].intervalSeconds);
}

/** Whether a report of this task for this reason is told to anybody. */
export function isTold(task: Told, reason: ReportReason, policy: Pick<ReportPolicy, 'level' | 'reasons'>): boolean {
  const isOptional = (optionalReasons as readonly ReportReason[]).includes(reason);
  const isOn = !isOptional || (policy.reasons as readonly ReportReason[]).includes(reason);
  return isOn && levelOfReason[reason] <= reportLevel(task, policy);
}
