import type { Task } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { findReport, reportDue, standstillOf } from '../../src/core/report-due.ts';
import type { Reported } from '../../src/core/reported.ts';
import {
  defaultPolicy,
  isTold,
  policyOf,
  reportIntervalSeconds,
  reportLevel,
  type ReportPolicy,
} from '../../src/core/report-policy.ts';
import { immediateReport } from '../../src/core/report-reasons.ts';
import { messageText, reportText, statusSnapshot } from '../../src/core/report-text.ts';
import { agent, by, control, hour, leaseOf, minute, newTask, start, take } from './fixtures.ts';

const policy: ReportPolicy = defaultPolicy;
const milestones = [
  { id: 'plan', title: 'Plan', status: 'done', percent: 100 },
  { id: 'build', title: 'Build', status: 'running', percent: 50 },
  { id: 'ship', title: 'Ship', status: 'pending', percent: 0 },
] as const;
const task = newTask({ milestones, next_step: 'Printer' });

const dueOf = (reported: Reported, changes: Partial<ReportPolicy> = {}) =>
  reportDue(task, reported, { policy: { ...policy, ...changes }, now: start });

const find = (of: Task, now: number, reported: Reported = {}, changes: Partial<ReportPolicy> = {}) =>
  findReport(of, reported, { policy: { ...policy, ...changes }, now });

const reportOf = (before: Task, command: Parameters<typeof take>[1], context = by()) => {
  const { task: after, events } = take(before, command, context);
  return immediateReport(before, events, after);
};

describe('the text of a report', () => {
  it('scenario 49: has more to say with each level, and is JSON from 4 on', () => {
    expect(reportText(task, 0)).toBe('Release 1: still running.');
    const one = 'Release 1: current [#####.....] 50% | project [#####.....] 50% | milestone: Build | next: Printer';
    expect(reportText(task, 1)).toBe(one);
    expect(reportText(task, 2)).toContain('| phase: planning | health: healthy |');
    expect(reportText(task, 3)).toMatch(/current \[.*project \[.*milestones: 1\/3 done, 1 pending/);
    expect(JSON.parse(reportText(task, 4, { level: 4 }))).toMatchObject({
      milestones: [{ id: 'plan' }, { id: 'build' }, { id: 'ship' }],
      current_progress: { percent: 50, milestone: 'Build' },
      overall_progress: { percent: 50, milestones_done: 1, milestones_total: 3 },
      reporting: { level: 4 },
    });
  });

  it('does not say of a closed task that it runs', () => {
    const closed = take(task, { type: 'fail', reason: 'no money' }).task;
    expect(reportText(closed, 0)).toBe('Release 1: failed.');
  });

  it('is one line whatever the task holds, so that nobody forges another', () => {
    const hostile = { ...task, next_step: 'a\n[ship] update:completion\u001b[2J\u202eb' };
    for (const text of [reportText(hostile, 3), messageText(hostile, 'phase', 'x\r\ny')]) {
      expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
    }
  });

  it('scenario 50: names the reason before the line', () => {
    expect(messageText(task, 'phase')).toContain('update:phase | task [');
    expect(statusSnapshot(task).overall).toEqual({
      percent: 50,
      bar: '[#####.....]',
      milestones_done: 1,
      milestones_total: 3,
    });
  });
});

describe('what a priority means for reports', () => {
  const time = newTask({ execution_priority: 'time' });
  const tokens = newTask({ execution_priority: 'tokens' });

  it('time is reported each minute, tokens every five', () => {
    expect(reportIntervalSeconds(time, policy)).toBe(60);
    expect(reportIntervalSeconds(tokens, policy)).toBe(300);
  });

  it('time is told of its phases and at intervals, tokens of milestones and ends alone', () => {
    expect([reportLevel(time, policy), reportLevel(tokens, policy)]).toEqual([3, 1]);
    expect(isTold(time, 'timed', policy)).toBe(true);
    expect(isTold(tokens, 'phase', policy)).toBe(false);
    expect(isTold(tokens, 'milestone', policy)).toBe(true);
  });

  it('what settings say comes before it, and what the task says itself before those', () => {
    const set = policyOf({ reportLevel: 2, reportInterval: 90_000, reportCooldown: 0, reportReasons: ['phase'] });
    expect([reportLevel(time, set), reportIntervalSeconds(time, set), set.cooldownSeconds]).toEqual([2, 90, 0]);
    const own = newTask({ report_level: 4, status_update_interval_seconds: 7 });
    expect([reportLevel(own, set), reportIntervalSeconds(own, set)]).toEqual([4, 7]);
    expect([isTold(own, 'phase', set), isTold(own, 'timed', set), isTold(own, 'control', set)]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('whether a report is due', () => {
  it('scenario 55: at once where nothing was reported, and not within the cooldown of one that came at once', () => {
    expect(dueOf({})).toMatchObject({ due: true, reason: 'never_reported' });
    const justNow = { lastAt: start - 10_000, lastImmediateAt: start - 10_000 };
    expect(dueOf(justNow, { intervalSeconds: 5 })).toEqual({
      due: false,
      reason: 'cooldown_after_immediate',
      elapsed_seconds: 10,
      interval_seconds: 5,
      cooldown_seconds: 15,
    });
    expect(dueOf(justNow, { intervalSeconds: 5, cooldownSeconds: 0 })).toMatchObject({ reason: 'interval_elapsed' });
    expect(dueOf(justNow, { cooldownSeconds: 0 })).toMatchObject({
      due: false,
      reason: 'not_due',
      elapsed_seconds: 10,
    });
  });

  it('a report of a time to come, before the clock was set back, keeps none away', () => {
    const ahead = { lastAt: start + hour, lastImmediateAt: start + hour };
    expect(dueOf(ahead)).toMatchObject({ due: true, reason: 'interval_elapsed' });
  });
});

describe('what a sweep finds of a task', () => {
  const held = newTask({ execution_priority: 'time' }, leaseOf('ada'));

  it('a timed report while somebody works, and none twice within the interval', () => {
    expect(find(held, start + minute)).toEqual({ kind: 'timed' });
    expect(find(held, start + minute, { lastAt: start + 30_000 })).toEqual({ kind: 'nothing', why: 'not_due' });
    expect(find({ ...held, report_level: 2 }, start + minute)).toEqual({ kind: 'nothing', why: 'level' });
  });

  it('a task whose agent is gone is told of as such, by a cause that is its own', () => {
    const later = start + 20 * minute;
    expect(find(held, later)).toMatchObject({ kind: 'stale', cause: 'interrupted:1' });
    expect(find(held, later, { lastAt: start })).toMatchObject({ kind: 'stale' });
  });

  it('scenario 58: a task without lanes that is idle for five minutes is left alone: only a day tells that nobody works', () => {
    const alone = newTask({ execution_priority: 'time' });
    expect(standstillOf(alone, { policy, now: start + 5 * minute })).toBeUndefined();
    expect(standstillOf(alone, { policy, now: start + 24 * hour })?.cause).toBe(`idle:${alone.worked_at}`);
  });

  it('does not repeat the line of a task at which nobody works and nothing was done', () => {
    const alone = newTask({ execution_priority: 'time' });
    expect(find(alone, start + hour)).toEqual({ kind: 'timed' });
    expect(find(alone, start + 2 * hour, { lastAt: start + hour })).toEqual({ kind: 'nothing', why: 'nothing_new' });
  });

  it('is silent of a paused task, and in quiet hours', () => {
    const paused = take(held, control('pause')).task;
    expect(find(paused, start + hour)).toEqual({ kind: 'nothing', why: 'not_running' });
    const quietHours = { from: 3 * 60, until: 4 * 60, timeZone: 'UTC' };
    expect(find(held, start + minute, {}, { quietHours })).toEqual({ kind: 'nothing', why: 'quiet_hours' });
  });
});

describe('what is reported at once', () => {
  it('the end of a milestone, of the task, and a halt, each with what was said', () => {
    expect(reportOf(task, { type: 'milestone', id: 'build', changes: { status: 'done' } })).toEqual({
      reason: 'milestone',
      why: 'Build',
    });
    expect(reportOf(task, { type: 'milestone', id: 'build', changes: { percent: 60 } })).toBeUndefined();
    expect(reportOf(task, control('stop'))).toEqual({ reason: 'control', why: 'please stop' });
    expect(reportOf(task, { type: 'fail', reason: 'no money' })).toEqual({ reason: 'failure', why: 'no money' });
    expect(reportOf(task, { type: 'complete', override: 'because' })?.reason).toBe('completion');
  });

  it('scenario 61: of a phase with a milestone, and of a completion, one alone', () => {
    const after = { ...take(task, { type: 'update', changes: { phase: 'verify' } }).task };
    const done = take(after, { type: 'milestone', id: 'build', changes: { status: 'done' } });
    expect(immediateReport(task, done.events, done.task)).toEqual({ reason: 'phase', why: '' });
  });

  it('a blocked task once, and an action that is tried again', () => {
    const blocked = { type: 'progress', message: 'stuck', health: 'blocked: no key' } as const;
    expect(reportOf(task, blocked)).toEqual({ reason: 'blocker', why: 'blocked: no key' });
    expect(reportOf(take(task, blocked).task, blocked)).toEqual({ reason: 'progress', why: 'stuck' });
    const held = newTask({}, leaseOf('ada'));
    const begun = take(held, { type: 'start_action', actionId: 'push', summary: 'push' }, agent('ada')).task;
    const failed = take(begun, { type: 'end_action', actionId: 'push', status: 'failed' }, agent('ada')).task;
    const again = reportOf(failed, { type: 'start_action', actionId: 'push' }, agent('ada'));
    expect(again).toEqual({ reason: 'retry', why: 'push' });
  });

  it("an agent's own event named blocker", () => {
    expect(reportOf(task, { type: 'event', name: 'blocker', details: { message: 'no disk' } })).toEqual({
      reason: 'blocker',
      why: 'no disk',
    });
    expect(reportOf(task, { type: 'event', name: 'my_note', details: {} })).toBeUndefined();
  });
});
