/**
 * Acceptance cases of resuming, controlling and reconciling, as a person meets them; where they are numbered, the
 * number is in the title.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aTask, createTaskPlace, type TaskPlace } from './task-cli.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

function at(): TaskPlace {
  const place = createTaskPlace();
  onTestFinished(() => place[Symbol.dispose]());
  return place;
}

/** A task `ship` out of files of the original format; answers what the import said. */
async function imported(place: TaskPlace, fields: object) {
  const folder = join(place.folder, 'original');
  mkdirSync(folder);
  const snapshot = {
    task_id: 'ship',
    title: 'Ship it',
    goal: 'Released',
    done_criteria: ['It works'],
    desired_state: 'running',
    phase: 'execution',
    health: 'healthy',
    created_at: '2026-01-01T08:00:00Z',
    updated_at: '2026-01-02T02:00:00Z',
    next_step: 'Printer',
    pending_actions: [],
    action_states: {},
    idempotency_ledger: {},
    reconcile: { needed: false, reason: '', last_run_at: null, status: 'idle' },
    ...fields,
  };
  writeFileSync(join(folder, 'ship.json'), JSON.stringify(snapshot));
  return await place.data(['import', folder]);
}

const unreconciled = { needed: true, reason: 'after a reset', last_run_at: null, status: 'pending' };

function control(intent: string, n: number, more: object = {}) {
  const created = { kind: 'user_control', created_at: `2026-01-02T01:00:0${n}Z`, status: 'pending' };
  return { id: `user-${intent}-${n}`, ...created, intent, message: `${intent} ${n}`, boundary: 'immediate', ...more };
}

describe('resume', () => {
  test('1: a program is told to ask before it resumes a running task, with its title, and changes nothing', async () => {
    const place = at();
    await aTask(place, '--no-lease');
    place.now += day + minute;
    for (const flags of [['--dry-run'], []]) {
      expect(await place.data(['continue', 'ship', '--unattended', ...flags])).toMatchObject({
        ok: false,
        classification: 'resumable',
        resume_plan: { action: 'ask_to_resume', question: expect.stringContaining('"Ship it"') as string },
      });
    }
    expect(await place.data(['show', 'ship'])).toMatchObject({ revision: 1, desired_state: 'running', lease: null });
  });

  test('3: a seeded pause that nobody applied is obeyed by whoever would continue, even without a person', async () => {
    const place = at();
    await imported(place, { pending_actions: [control('pause', 1)], reconcile: unreconciled });
    const scan = await place.data(['continue', 'ship', '--dry-run']);
    expect(scan).toMatchObject({ resume_plan: { action: 'user_control_pending', byItself: true } });
    expect(await place.data(['continue', 'ship', '--unattended'])).toMatchObject({
      ok: false,
      classification: 'paused',
    });
    expect(await place.data(['show', 'ship'])).toMatchObject({
      desired_state: 'paused',
      inbox: [],
      pending_actions: [],
      reconcile: { needed: false },
      lease: null,
      next_step: 'Printer',
    });
  });

  test.each([
    ['stopped', 'stop', [], 'stay_stopped'],
    ['completed', 'complete', ['--override', 'Good enough'], 'none'],
    ['failed', 'fail', ['No use'], 'manual_recovery'],
  ] as const)('10: a %s task stays as it is where nobody asked for it', async (state, verb, args, action) => {
    const place = at();
    await aTask(place, '--no-lease');
    expect((await place.task([verb, 'ship', ...args])).code).toBe(0);
    const { revision } = await place.data(['show', 'ship']);
    const told = await place.data(['continue', 'ship', '--unattended']);
    expect(told).toMatchObject({ ok: false, resume_plan: { action }, promoted_from_state: null });
    expect(told.lease_token).toBeUndefined();
    expect(await place.data(['show', 'ship'])).toMatchObject({ desired_state: state, revision });
  });

  test('13: a state that nobody knows is reported, kept as it was, and not resumed without a person', async () => {
    const place = at();
    const { report } = await imported(place, { desired_state: 'hibernating' });
    expect(report).toMatchObject([{ file: 'ship', message: expect.stringContaining('desired_state') as string }]);
    for (const argv of [['continue'], ['continue', 'ship']]) {
      const told = await place.data([...argv, '--unattended']);
      expect(told).toMatchObject({ ok: false, promoted_from_state: null });
      expect(told.lease_token).toBeUndefined();
    }
    const task = await place.data(['show', 'ship']);
    expect(task).toMatchObject({ desired_state: 'paused', revision: 1 });
    expect(JSON.stringify(task.artifacts)).toContain('hibernating');
  });

  test('14: of two running tasks the one worked on last goes on, and the other is named with the reason', async () => {
    const place = at();
    for (const id of ['first', 'second']) {
      place.now += minute;
      await place.data(['create', id, '--title', id, '--goal', 'g', '--no-lease']);
    }
    place.now += minute;
    await place.data(['progress', 'first', 'on']);
    const told = await place.data(['continue', '--dry-run']);
    expect(told).toMatchObject({ selected_task: { task_id: 'first' }, runners_up: [{ task_id: 'second' }] });
    expect(told.runners_up[0].why).not.toBe('');
  });

  test('20: continue twice is one resume: the second is refused and told who goes on', async () => {
    const place = at();
    await aTask(place, '--no-lease');
    await place.data(['pause', 'ship']);
    expect((await place.data(['continue', 'ship', '--holder', 'first'])).ok).toBe(true);
    const { revision } = await place.data(['show', 'ship']);
    const second = await place.task(['continue', 'ship', '--holder', 'second', '--json']);
    expect(second).toMatchObject({ code: 8, stdout: '' });
    expect(JSON.parse(second.stderr)).toMatchObject({ code: 'lease_held', details: { holder: 'first' } });
    expect((await place.data(['show', 'ship'])).revision).toBe(revision);
    const { stdout } = await place.task(['recent', 'ship', '--json']);
    expect(stdout.match(/"type":"resume_started"/g)).toHaveLength(1);
  });

  test('20: a plan is applied on the revision it was made for, once', async () => {
    const place = at();
    await aTask(place, '--no-lease');
    const { resume_plan: plan } = await place.data(['continue', 'ship', '--dry-run']);
    const apply = ['continue', 'ship', '--revision', String(plan.revision)];
    const token = String((await place.data(apply)).lease_token);
    const used = await place.task([...apply, '--json', '--lease', token]);
    expect(used.code).toBe(8);
    expect(JSON.parse(used.stderr)).toMatchObject({ code: 'conflict', details: { seen: plan.revision } });
    expect((await place.task(['progress', 'ship', 'mine', '--lease', token])).code).toBe(0);
  });
});

describe('user control', () => {
  test('23: a pause of a running task holds at once', async () => {
    const place = at();
    await aTask(place);
    expect(await place.data(['pause', 'ship', 'Lunch'])).toMatchObject({ boundary: 'immediate' });
    expect(await place.data(['show', 'ship'])).toMatchObject({
      desired_state: 'paused',
      operator_note: 'Lunch',
      inbox: [],
    });
  });

  test('24, 26: a stop that is unsafe now leaves the state, keeps its reason, and is what a scan tells first', async () => {
    const place = at();
    await aTask(place, '--no-lease');
    await place.data(['stop', 'ship', 'Enough', '--unsafe-now', 'in a migration']);
    expect(await place.data(['show', 'ship'])).toMatchObject({
      desired_state: 'running',
      inbox: [{ intent: 'stop', message: 'Enough', unsafe_reason: 'in a migration' }],
    });
    const scan = await place.data(['continue', 'ship', '--dry-run']);
    expect(scan).toMatchObject({ classification: 'needs_attention', resume_plan: { action: 'user_control_pending' } });
    expect(scan.reasons.join()).toContain('stop');
  });

  test('27: a deferred stop of an imported task stops it, and does not merely pause it', async () => {
    const place = at();
    const waiting = control('stop', 1, { boundary: 'deferred', unsafe_reason: 'in a migration' });
    await imported(place, { pending_actions: [waiting], reconcile: unreconciled });
    expect(await place.data(['continue', 'ship'])).toMatchObject({ ok: false, classification: 'stopped' });
    expect(await place.data(['show', 'ship'])).toMatchObject({ desired_state: 'stopped', inbox: [] });
  });

  test.each(['steer', 'edit', 'note'] as const)(
    '28: an immediate %s sets the steering note and no state',
    async (intent) => {
      const place = at();
      await aTask(place);
      await place.data(['pause', 'ship']);
      expect(await place.data([intent, 'ship', 'Heed this'])).toMatchObject({ desired_state: 'paused' });
      expect(await place.data(['show', 'ship'])).toMatchObject({ desired_state: 'paused', steering_note: 'Heed this' });
    },
  );

  test('28: an immediate resume sets the steering note and lets the task run', async () => {
    const place = at();
    await aTask(place);
    await place.data(['pause', 'ship']);
    await place.data(['resume', 'ship', 'Go on']);
    expect(await place.data(['show', 'ship'])).toMatchObject({ desired_state: 'running', steering_note: 'Go on' });
  });

  test('30: a pause for a safe boundary only waits, without a reason of danger', async () => {
    const place = at();
    const env = { PERDURE_LEASE: await aTask(place) };
    expect(await place.data(['pause', 'ship', 'Lunch', '--safe-boundary-only'])).toMatchObject({
      boundary: 'deferred',
    });
    const { inbox, desired_state: state } = await place.data(['show', 'ship']);
    expect({ state, inbox }).toMatchObject({ state: 'running', inbox: [{ intent: 'pause', message: 'Lunch' }] });
    expect(inbox[0]).not.toHaveProperty('unsafe_reason');
    expect(await place.data(['boundary', 'ship'], { env })).toMatchObject({ answer: 'pause', desired_state: 'paused' });
  });

  test('31: of several that wait, also imported ones, each is applied as what it is, oldest first', async () => {
    const place = at();
    const deferred = { boundary: 'deferred' };
    await imported(place, {
      pending_actions: [control('steer', 1, deferred), control('pause', 2, deferred)],
      reconcile: unreconciled,
    });
    await place.data(['note', 'ship', 'last', '--safe-boundary-only']);
    await place.data(['continue', 'ship', '--unattended']);
    expect(await place.data(['show', 'ship'])).toMatchObject({
      desired_state: 'paused',
      inbox: [],
      operator_note: 'pause 2',
      steering_note: 'last',
    });
    const { stdout } = await place.task(['recent', 'ship', '--json']);
    const applied = stdout.matchAll(/"user_control_applied".*?"intent":"(\w+)"/g);
    expect([...applied].map(([, intent]) => intent)).toEqual(['steer', 'pause', 'note']);
  });

  test('33: an unknown intent ends with 2, whatever it comes with, and writes nothing', async () => {
    const place = at();
    await aTask(place);
    for (const argv of [
      ['sleep', 'ship', 'x'],
      ['control', 'ship', 'completed'],
      ['pause', 'ship', '--unsafe-now'],
    ]) {
      expect(await place.task(argv)).toMatchObject({ code: 2, stdout: '' });
    }
    expect((await place.data(['show', 'ship'])).revision).toBe(2);
  });
});

describe('reconcile', () => {
  const ledger = { 'key-1': { at: '2026-01-02T01:00:00Z' } };

  test('34: an action whose key is in the ledger is marked a success and no longer in the way', async () => {
    const place = at();
    await imported(place, {
      pending_actions: [{ id: 'publish', idempotency_key: 'key-1' }],
      action_states: { publish: { status: 'pending', attempts: 1 } },
      idempotency_ledger: ledger,
      reconcile: unreconciled,
    });
    const { code, stdout } = await place.task(['reconcile', 'ship', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      data: { pending_actions_remaining: 0, reconcile: { status: 'clean' } },
    });
    expect(await place.data(['show', 'ship'])).toMatchObject({
      pending_actions: [],
      action_states: { publish: { status: 'success' } },
      idempotency_ledger: ledger,
      reconcile: { needed: false },
    });
    expect((await place.data(['continue', 'ship'])).ok).toBe(true);
  });

  test('34: one whose key is not in the ledger stays, and nothing goes on over it', async () => {
    const place = at();
    const pending = [{ id: 'publish', idempotency_key: 'key-2' }];
    await imported(place, { pending_actions: pending, idempotency_ledger: ledger, reconcile: unreconciled });
    expect((await place.task(['reconcile', 'ship'])).code).toBe(1);
    expect((await place.task(['continue', 'ship'])).code).toBe(1);
    expect(await place.data(['show', 'ship'])).toMatchObject({ pending_actions: pending, lease: null });
  });

  test('36: without pending actions the check passes and says so in the log', async () => {
    const place = at();
    await imported(place, { reconcile: unreconciled });
    expect((await place.task(['reconcile', 'ship'])).code).toBe(0);
    expect((await place.task(['recent', 'ship', '--json'])).stdout).toContain('"resume_consistency_check_passed"');
    expect((await place.data(['show', 'ship'])).reconcile).toMatchObject({ needed: false, status: 'clean' });
  });

  test('37: an act whose agent died is not begun again under the same name, not even by the next agent', async () => {
    const place = at();
    const env = { PERDURE_LEASE: await aTask(place) };
    const { key } = await place.data(['action', 'start', 'ship', 'publish'], { env });
    place.now += 20 * minute;
    await place.task(['continue', 'ship']);
    expect((await place.data(['show', 'ship'])).action_states.publish).toMatchObject({ status: 'unknown', key });
    const again = await place.task(['action', 'start', 'ship', 'publish', '--json']);
    expect(again.code).toBe(8);
    await place.data(['action', 'resolve', 'ship', 'publish', '--how', 'Not there', '--outcome', 'failed']);
    const { lease_token: token } = await place.data(['continue', 'ship']);
    const retried = await place.data(['action', 'start', 'ship', 'publish', '--lease', String(token)]);
    expect(retried).toMatchObject({ status: 'started', key });
  });
});

describe('the queue of hand-overs', () => {
  test('67: keeps the newest 100, says which one had to go, and gives nothing out of an empty one', async () => {
    const place = at();
    const add = (n: number) => place.data(['queue', 'add', '--title', `Item ${n}`, '--context', 'c']);
    for (let n = 1; n <= 100; n += 1) expect((await add(n)).dropped).toEqual([]);
    expect((await add(101)).dropped).toMatchObject([{ title: 'Item 1' }]);
    expect(await place.data(['queue', 'list'])).toMatchObject({ count: 100 });
    expect((await place.data(['queue', 'pop'])).item.title).toBe('Item 2');
    await place.data(['queue', 'clear']);
    expect(await place.data(['queue', 'pop'])).toEqual({ status: 'empty' });
  });
});
