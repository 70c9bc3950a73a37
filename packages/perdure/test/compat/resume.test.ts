/** The scripts of resuming and reconciling; acceptance cases have their numbers in the titles. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { created, createCompatPlace, type CompatPlace } from './support.ts';

function at(): CompatPlace {
  const place = createCompatPlace();
  onTestFinished(() => place[Symbol.dispose]());
  return place;
}

const minute = 60_000;
const scan = ['task_resume_bootstrap', '--plan', '--task-id', 'ship'];
const show = (place: CompatPlace) => place.printed(['task_ctl', 'show', 'ship']);
const control = (intent: string, more: object = {}) => ({
  id: `user-${intent}-1`,
  kind: 'user_control',
  created_at: '2026-01-02T01:00:00Z',
  status: 'pending',
  intent,
  message: `please ${intent}`,
  boundary: 'immediate',
  ...more,
});
const unreconciled = JSON.stringify({ needed: true, reason: 'after a reset', last_run_at: null, status: 'pending' });

describe('scan and apply', () => {
  test('1: a running task is resumable, and somebody is asked whether it is to go on', async () => {
    const place = at();
    await created(place, '--next-step', 'Printer');
    const before = await show(place);
    const found = await place.printed(['task_resume_bootstrap', '--plan']);
    expect(Object.keys(found)).toEqual(['scanned_at', 'count', 'summary', 'tasks']);
    expect(found.summary).toEqual({
      resumable: 1,
      needs_attention: 0,
      paused: 0,
      stopped: 0,
      completed: 0,
      failed: 0,
    });
    const [entry] = found.tasks;
    expect(Object.keys(entry)).toEqual([
      'task_id',
      'title',
      'phase',
      'health',
      'desired_state',
      'next_step',
      'classification',
      'reasons',
      'line_counts',
      'recommendation',
      'resume_plan',
      'reconcile',
    ]);
    expect(entry.recommendation).toMatchObject({ action: 'ask_to_resume', prompt: expect.stringContaining('Ship it') });
    expect(entry.resume_plan).toMatchObject({
      action: 'ask_to_resume',
      next_step: 'Printer',
      steps: ['load_task_snapshot', 'summarize_last_safe_step', 'ask_user_whether_to_continue'],
    });
    const applied = await place.printed(['task_resume_apply'], { stdin: JSON.stringify(found) });
    expect(applied).toEqual({
      applied: [
        {
          task_id: 'ship',
          action: 'ask_to_resume',
          applied: false,
          note: 'resume requires explicit user confirmation',
        },
      ],
    });
    expect(await show(place)).toEqual(before);
  });

  test('3: a seeded pause that nobody applied is applied, and nothing is left to reconcile', async () => {
    const place = at();
    await created(place, '--pending-actions', JSON.stringify([control('pause')]), '--reconcile', unreconciled);
    const { stdout } = await place.compat(scan);
    expect(JSON.parse(stdout).tasks[0]).toMatchObject({
      classification: 'needs_attention',
      recommendation: { action: 'user_control_pending' },
    });
    const { applied } = await place.printed(['task_resume_apply'], { stdin: stdout });
    expect(applied).toMatchObject([{ applied: true, note: 'paused for pending user control (pause)' }]);
    expect(await show(place)).toMatchObject({
      desired_state: 'paused',
      operator_note: 'please pause',
      pending_actions: [],
      reconcile: { needed: false },
    });
  });

  test('26, 27: a stop that waits is what a scan tells, and is applied as a stop', async () => {
    const place = at();
    await created(place);
    await place.data(['stop', 'ship', 'Enough', '--unsafe-now', 'in a migration']);
    const { stdout } = await place.compat(scan);
    expect(JSON.parse(stdout).tasks[0].resume_plan.action).toBe('user_control_pending');
    writeFileSync(join(place.folder, 'scan.json'), stdout);
    expect(await place.printed(['task_resume_apply', '--file', 'scan.json'])).toMatchObject({
      applied: [{ applied: true, note: 'stopped for pending user control (stop)' }],
    });
    expect(await show(place)).toMatchObject({ desired_state: 'stopped', pending_actions: [] });
  });

  test.each([
    ['stopped', 'stay_stopped', ['control', 'ship', 'stopped']],
    ['completed', 'none', ['update', 'ship', '--desired-state', 'completed']],
    ['failed', 'manual_recovery', ['update', 'ship', '--desired-state', 'failed']],
  ] as const)('10: a %s task is recommended %s, and apply changes nothing', async (state, action, words) => {
    const place = at();
    await created(place);
    await place.printed(['task_ctl', ...words]);
    const before = await show(place);
    const { stdout } = await place.compat(scan);
    expect(JSON.parse(stdout)).toMatchObject({ summary: { [state]: 1 }, tasks: [{ recommendation: { action } }] });
    const { applied } = await place.printed(['task_resume_apply'], { stdin: stdout });
    expect(applied).toMatchObject([{ action, applied: false }]);
    expect(await show(place)).toEqual(before);
  });

  test('20: a plan is applied once: the second time it is old, and there is one resume', async () => {
    const place = at();
    await created(place);
    const [entry] = (await place.printed(scan)).tasks;
    const plan = { ...entry.resume_plan, action: 'resume_main_flow' };
    const stdin = JSON.stringify({ tasks: [{ ...entry, resume_plan: plan }] });
    const apply = () => place.printed(['task_resume_apply'], { stdin });
    expect((await apply()).applied).toMatchObject([{ applied: true, note: 'controller resumed main flow' }]);
    expect((await apply()).applied).toMatchObject([{ applied: false, note: expect.stringContaining('revision') }]);
    const types = (await place.printed(['task_ctl', 'recent', 'ship'])).map(({ type }: { type: string }) => type);
    expect(types.filter((type: string) => type === 'resume_started')).toHaveLength(1);
  });

  test('a task at which somebody works is left alone, and so is one with open actions', async () => {
    const place = at();
    await created(place);
    await place.data(['continue', 'ship', '--holder', 'ada']);
    expect((await place.printed(scan)).tasks[0]).toMatchObject({
      classification: 'needs_attention',
      recommendation: { action: 'leave_alone', summary: expect.stringContaining('ada is at work') },
    });
    place.now += 20 * minute;
    await place.printed(['task_ctl', 'update', 'ship', '--pending-actions', '[{"id":"publish"}]']);
    expect((await place.printed(scan)).tasks[0]).toMatchObject({
      recommendation: { action: 'reconcile_first' },
      reconcile: { needed: true, status: 'pending_actions_remain' },
    });
  });

  test.each(['', '{', '[]x'])('what is no scan is refused in words: %j', async (stdin) => {
    expect(await at().compat(['task_resume_apply'], { stdin })).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('continue', () => {
  test('18: is the confirmation of a running task, and keeps its next step', async () => {
    const place = at();
    await created(place, '--next-step', 'Printer');
    const told = await place.printed(['task_continue']);
    expect(Object.keys(told)).toEqual([
      'ok',
      'selected_task',
      'promoted_from_state',
      'classification',
      'reasons',
      'recommendation',
      'resume_plan',
      'applied',
    ]);
    expect(Object.keys(told.selected_task)).toEqual(['task_id', 'title', 'desired_state', 'phase', 'next_step']);
    expect(told).toMatchObject({
      ok: true,
      selected_task: { task_id: 'ship', next_step: 'Printer' },
      promoted_from_state: null,
      classification: 'resumable',
      applied: { applied: [{ action: 'resume_main_flow', applied: true }] },
    });
    // A caller that nobody knows again keeps no lease, which would keep itself away.
    expect(await place.compat(['task_ctl', 'progress', 'ship', 'on'])).toMatchObject({ code: 0 });
    expect(await place.compat(['task_continue'])).toMatchObject({ code: 0 });
  });

  test('4: a paused task that is named is woken, and says from what', async () => {
    const place = at();
    await created(place);
    await place.printed(['task_ctl', 'control', 'ship', 'paused']);
    expect(await place.printed(['task_continue', '--task-id', 'ship'])).toMatchObject({
      promoted_from_state: 'paused',
      classification: 'resumable',
      selected_task: { desired_state: 'running' },
    });
  });

  test('14: of a running and a newer paused one the running one goes on, of two running the newer', async () => {
    const place = at();
    for (const id of ['first', 'second', 'third']) {
      place.now += minute;
      await place.printed(['task_ctl', 'create', id, '--title', id, '--goal', 'g']);
    }
    await place.printed(['task_ctl', 'control', 'third', 'paused']);
    expect(await place.printed(['task_continue'])).toMatchObject({ selected_task: { task_id: 'second' } });
  });

  test('16: without leave to wake it, a paused task stays so, and a running one goes on', async () => {
    const place = at();
    await created(place);
    expect(await place.printed(['task_continue', '--no-promote-paused'])).toMatchObject({ applied: { applied: [{}] } });
    await place.printed(['task_ctl', 'control', 'ship', 'paused']);
    expect(await place.printed(['task_continue', '--no-promote-paused'])).toMatchObject({
      promoted_from_state: null,
      classification: 'paused',
      recommendation: { action: 'stay_paused' },
      applied: null,
      selected_task: { desired_state: 'paused' },
    });
  });

  test('a dry run writes nothing, and a control that waits is obeyed before anything goes on', async () => {
    const place = at();
    await created(place);
    const before = await show(place);
    expect(await place.printed(['task_continue', '--dry-run'])).toMatchObject({ applied: null });
    expect(await show(place)).toEqual(before);
    await place.data(['pause', 'ship', 'Lunch', '--safe-boundary-only']);
    expect(await place.printed(['task_continue'])).toMatchObject({
      selected_task: { desired_state: 'paused' },
      applied: { applied: [{ action: 'user_control_pending', applied: true }] },
    });
  });

  test('tells on stderr what was said to whoever works', async () => {
    const place = at();
    await created(place);
    await place.data(['steer', 'ship', 'Mind the gap']);
    const { stderr } = await place.compat(['task_continue']);
    expect(stderr).toBe('steer: Mind the gap\n');
    expect((await place.data(['show', 'ship'])).steering).toMatchObject([{ told: true }]);
  });

  test('without any task says so, and ends with 1', async () => {
    const told = await at().compat(['task_continue']);
    expect(told).toEqual({ code: 1, stdout: '', stderr: 'no resumable durable tasks found\n' });
  });
});

describe('reconcile', () => {
  test('34: an action whose key is in the ledger has taken effect, and one without is still pending', async () => {
    const place = at();
    await created(
      place,
      '--pending-actions',
      '[{"id":"a","idempotency_key":"k"},{"action_id":"b"}]',
      '--action-states',
      '{"a":{"status":"pending"}}',
      '--idempotency-ledger',
      '{"k":true}',
    );
    const told = await place.printed(['task_reconcile', 'ship']);
    expect(Object.keys(told)).toEqual(['task_id', 'pending_actions_remaining', 'reconcile', 'findings']);
    expect(told).toMatchObject({
      pending_actions_remaining: 1,
      reconcile: { needed: true, reason: 'resume_consistency_check', status: 'pending_actions_remain' },
      findings: [
        { action_id: 'a', result: 'already_applied_via_idempotency_ledger' },
        { action_id: 'b', result: 'still_pending' },
      ],
    });
    expect((await show(place)).action_states.a.status).toBe('success');
  });

  test('36: without pending actions it is clean, and the log says that the check passed', async () => {
    const place = at();
    await created(place);
    expect(await place.printed(['task_reconcile', 'ship', '--reason', 'why'])).toMatchObject({
      pending_actions_remaining: 0,
      reconcile: { needed: false, reason: 'why', status: 'clean' },
      findings: [],
    });
    const [last] = await place.printed(['task_ctl', 'recent', 'ship', '--limit', '1']);
    expect(last.type).toBe('resume_consistency_check_passed');
  });
});
