/** `task_ctl.py` by its fields, exit codes and words; acceptance cases have their numbers in the titles. */

import { execFileSync } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { created, createCompatPlace, type CompatPlace } from './support.ts';

function at(): CompatPlace {
  const place = createCompatPlace();
  onTestFinished(() => place[Symbol.dispose]());
  return place;
}

const snapshotFields = [
  'task_id',
  'title',
  'goal',
  'done_criteria',
  'constraints',
  'desired_state',
  'execution_priority',
  'phase',
  'health',
  'created_at',
  'updated_at',
  'status_update_interval_seconds',
  'last_status_update_at',
  'last_verified_step',
  'next_step',
  'operator_note',
  'steering_note',
  'milestones',
  'subtasks',
  'artifacts',
  'risk_notes',
  'pending_actions',
  'action_states',
  'idempotency_ledger',
  'reconcile',
];
const seconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const milestones = (...percents: readonly number[]) =>
  JSON.stringify(percents.map((percent, n) => ({ id: `m${n}`, title: `Part ${n}`, status: 'running', percent })));

describe('create', () => {
  test('prints a snapshot of the fields there, in their order, with times of whole seconds', async () => {
    const place = at();
    const task = await created(place, '--done-criteria', '["It works"]', '--milestones', milestones(10));
    expect(Object.keys(task)).toEqual(snapshotFields);
    expect(task).toMatchObject({
      desired_state: 'running',
      execution_priority: 'tokens',
      phase: 'planning',
      health: 'healthy',
      status_update_interval_seconds: 300,
      last_status_update_at: null,
      done_criteria: ['It works'],
      milestones: [{ id: 'm0', title: 'Part 0', status: 'running', percent: 10 }],
      reconcile: { needed: false, reason: '', last_run_at: null, status: 'idle' },
    });
    expect(task.created_at).toMatch(seconds);
    expect(await place.data(['show', 'ship'])).toMatchObject({ title: 'Ship it', lease: null });
  });

  test('63: a second one of the id is refused with 1, and --force keeps the first under another id', async () => {
    const place = at();
    await created(place);
    const again = ['task_ctl', 'create', 'ship', '--title', 'Other', '--goal', 'g'];
    expect(await place.compat(again)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'task already exists: ship (use --force to overwrite)\n',
    });
    expect(await place.printed([...again, '--force'])).toMatchObject({ title: 'Other' });
    expect(await place.data(['show', 'ship.1'])).toMatchObject({ title: 'Ship it' });
  });

  test('5: the chat that the environment names is bound, once', async () => {
    const place = at();
    const argv = ['task_ctl', 'create', 'ship', '--title', 't', '--goal', 'g'];
    const env = { OPENCLAW_CHANNEL: 'telegram', CHAT_ID: '42' };
    expect((await place.printed(argv, { env })).artifacts).toMatchObject([
      { kind: 'delivery_binding', channel: 'telegram', account_id: 'default', target: '42', surface: 'active-chat' },
    ]);
  });

  test('in a state that no task begins in, or of an id that names no task, writes nothing', async () => {
    const place = at();
    for (const argv of [['ship', '--desired-state', 'completed'], ['../ship'], ['ship', '--milestones', '{']]) {
      const call = ['task_ctl', 'create', ...argv, '--title', 't', '--goal', 'g'];
      expect(await place.compat(call)).toMatchObject({ code: 1, stdout: '' });
    }
    expect(await place.printed(['task_ctl', 'list'])).toEqual([]);
  });

  test('takes what is given of the ledger, of plans and of the state', async () => {
    const place = at();
    const task = await created(
      place,
      '--pending-actions',
      '[{"id":"publish","idempotency_key":"k"}]',
      '--idempotency-ledger',
      '{"k":true}',
      '--desired-state',
      'paused',
      '--subtasks',
      '[{"id":"s","title":"Sub","status":"doing"}]',
    );
    expect(task).toMatchObject({
      pending_actions: [{ id: 'publish', idempotency_key: 'k' }],
      idempotency_ledger: { k: true },
      desired_state: 'paused',
      subtasks: [{ id: 's', status: 'doing', owner: '', depends_on: [] }],
    });
  });
});

describe('what looks', () => {
  test('`list` has seven fields of each task, in the order of ids, and `show` the snapshot', async () => {
    const place = at();
    for (const id of ['b', 'a']) {
      place.now += 1000;
      await place.printed(['task_ctl', 'create', id, '--title', id, '--goal', 'g']);
    }
    const rows = await place.printed(['task_ctl', 'list']);
    expect(rows.map(({ task_id }: { readonly task_id: string }) => task_id)).toEqual(['a', 'b']);
    expect(Object.keys(rows[0])).toEqual([
      'task_id',
      'title',
      'desired_state',
      'phase',
      'health',
      'next_step',
      'updated_at',
    ]);
    expect(Object.keys(await place.printed(['task_ctl', 'show', 'a']))).toEqual(snapshotFields);
  });

  test.each([
    ['task_ctl', 'show', 'nope'],
    ['task_ctl', 'update', 'nope'],
    ['task_ctl', 'event', 'nope', 'x'],
    ['task_ctl', 'progress', 'nope', 'm'],
    ['task_ctl', 'control', 'nope', 'paused'],
    ['task_ctl', 'recent', 'nope'],
    ['task_reconcile', 'nope'],
    ['task_continue', '--task-id', 'nope'],
    ['task_resume_bootstrap', '--task-id', 'nope'],
  ])('%s %s says that a task is not there, and ends with 1', async (...argv) => {
    expect(await at().compat(argv)).toEqual({ code: 1, stdout: '', stderr: 'task not found: nope\n' });
  });
});

describe('progress, event and recent', () => {
  test('63: a report is the last of the events, whoever holds a lease, and changes what it names', async () => {
    const place = at();
    const caller = { pid: process.pid, started_at: 'then', machine: 'here' };
    await created(place);
    await place.printed(['task_continue', '--task-id', 'ship'], { caller });
    place.now += 5 * 60_000;
    const report = ['task_ctl', 'progress', 'ship', 'Two\nlines', '--phase', 'execution', '--health', ''];
    const { stdout } = await place.compat(report, { caller });
    expect(stdout).toBe('{\n  "task_id": "ship",\n  "status": "ok",\n  "message": "Two\\nlines"\n}\n');
    const events = await place.printed(['task_ctl', 'recent', 'ship']);
    expect(events.at(-1)).toEqual({
      ts: expect.stringMatching(seconds) as string,
      type: 'status_reported',
      task_id: 'ship',
      phase: 'execution',
      status: 'healthy',
      details: { message: 'Two lines', next_step: '', report_kind: 'normal' },
    });
    expect(events[0]).toMatchObject({ type: 'task_created', details: { title: 'Ship it', goal: 'Released' } });
    expect(JSON.stringify(events)).not.toContain('"lease_');
    expect(await place.printed(['task_ctl', 'recent', 'ship', '--limit', '1'])).toHaveLength(1);
  });

  test('an event of any name is recorded and changes nothing, also one that we keep for ourselves', async () => {
    const place = at();
    await created(place);
    const argv = ['task_ctl', 'event', 'ship', 'verification_passed', '--details', '{"n":1}', '--status', 'good'];
    const event = await place.printed(argv);
    expect(Object.keys(event)).toEqual(['ts', 'type', 'task_id', 'phase', 'status', 'details']);
    expect(event).toMatchObject({ type: 'verification_passed', phase: 'planning', status: 'good', details: { n: 1 } });
    expect(await place.printed(['task_ctl', 'recent', 'ship', '--limit', '1'])).toEqual([event]);
    expect(await place.data(['recent', 'ship', '--limit', '1'])).toMatchObject({
      data: { name: 'said:verification_passed' },
    });
    expect(await place.compat(['task_ctl', 'event', 'ship', 'x', '--details', '[]'])).toMatchObject({ code: 1 });
  });
});

describe('update', () => {
  test('replaces what it names, and a milestone that it leaves out is dropped for all to see', async () => {
    const place = at();
    await created(place, '--milestones', milestones(10, 20));
    const task = await place.printed([
      'task_ctl',
      'update',
      'ship',
      '--title',
      'New',
      '--operator-note',
      'by hand',
      '--steering-note',
      'faster',
      '--milestones',
      milestones(100),
      '--constraints',
      '["no"]',
      '--status-interval',
      '60',
    ]);
    expect(task).toMatchObject({
      title: 'New',
      operator_note: 'by hand',
      steering_note: 'faster',
      constraints: ['no'],
      status_update_interval_seconds: 60,
      milestones: [
        { id: 'm0', percent: 100 },
        { id: 'm1', status: 'dropped', reason: expect.stringContaining('left out') as string },
      ],
    });
  });

  test('says what it bent to fit, and keeps that as it was', async () => {
    const place = at();
    await created(place);
    const given = '[{"id":"m","title":"M","status":"doing","weight":3}]';
    const { stdout, stderr } = await place.compat(['task_ctl', 'update', 'ship', '--milestones', given]);
    expect(stderr).toContain('milestones.0.status');
    const task = JSON.parse(stdout);
    expect(task.milestones).toEqual([{ id: 'm', title: 'M', status: 'running', percent: 0 }]);
    expect(JSON.stringify(task.artifacts)).toContain('weight":3');
    await place.printed(['task_ctl', 'update', 'ship', '--milestones', given]);
    expect((await place.printed(['task_ctl', 'show', 'ship'])).artifacts).toHaveLength(1);
  });

  test('to completed passes the gate or changes nothing, and says what is missing', async () => {
    const place = at();
    execFileSync('git', ['init', '-q'], { cwd: place.folder });
    await created(place, '--done-criteria', '["It works"]');
    const before = await place.printed(['task_ctl', 'show', 'ship']);
    const argv = ['task_ctl', 'update', 'ship', '--phase', 'complete', '--desired-state', 'completed'];
    const { code, stdout, stderr } = await place.compat(argv);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/criterion 1 has no evidence: perdure task verify ship --criterion 1/);
    expect(await place.printed(['task_ctl', 'show', 'ship'])).toEqual(before);
    expect(await place.task(['verify', 'ship', '--criterion', '1', '--', 'true'])).toMatchObject({ code: 0 });
    expect(await place.printed([...argv, '--progress-note', 'All done'])).toMatchObject({
      desired_state: 'completed',
      phase: 'complete',
    });
  });

  test.each([
    ['hibernating', 'hibernating'],
    ['running', 'reopen'],
  ])('to %s of a completed task is refused in words', async (state, word) => {
    const place = at();
    await created(place);
    await place.printed(['task_ctl', 'update', 'ship', '--desired-state', 'completed']);
    const { code, stderr } = await place.compat(['task_ctl', 'update', 'ship', '--desired-state', state]);
    expect(code).toBe(1);
    expect(stderr).toContain(word);
  });
});

describe('control', () => {
  test('sets the state and the note that belongs to it, and again changes nothing', async () => {
    const place = at();
    await created(place);
    const control = (...words: readonly string[]) => place.printed(['task_ctl', 'control', 'ship', ...words]);
    expect(await control('paused', '--note', 'Lunch')).toMatchObject({
      desired_state: 'paused',
      operator_note: 'Lunch',
    });
    expect(await control('paused')).toMatchObject({ desired_state: 'paused', operator_note: 'Lunch' });
    expect(await control('running', '--note', 'Go')).toMatchObject({ desired_state: 'running', steering_note: 'Go' });
    expect(await control('running', '--note', 'Faster')).toMatchObject({ steering_note: 'Faster' });
    expect(await control('stopped')).toMatchObject({ desired_state: 'stopped' });
    const types = (await place.printed(['task_ctl', 'recent', 'ship'])).map(({ type }: { type: string }) => type);
    expect(types).toEqual(expect.arrayContaining(['pause_requested', 'resume_started', 'stop_requested']));
  });

  test('keeps to the table: what is completed is not paused, and what is stopped is not paused either', async () => {
    const place = at();
    await created(place);
    await place.printed(['task_ctl', 'control', 'ship', 'stopped']);
    expect(await place.compat(['task_ctl', 'control', 'ship', 'paused'])).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('leases', () => {
  test('a write that knows of none is refused only while the lease of another lives', async () => {
    const place = at();
    await created(place);
    const { lease_token: token } = await place.data(['continue', 'ship', '--holder', 'ada']);
    const report = ['task_ctl', 'progress', 'ship', 'mine'];
    const refused = await place.compat(report);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('ada is at work');
    expect(await place.compat(report, { env: { PERDURE_LEASE: token } })).toMatchObject({ code: 0 });
    expect(await place.compat(['task_ctl', 'control', 'ship', 'paused'])).toMatchObject({ code: 0 });
    place.now += 20 * 60_000;
    expect(await place.compat(report)).toMatchObject({ code: 0 });
  });

  test('an agent that is known finds the lease it has, whichever of the two commands gave it', async () => {
    const place = at();
    const caller = { pid: process.pid, started_at: 'then', machine: 'here' };
    await created(place);
    await place.data(['continue', 'ship'], { caller });
    expect(await place.compat(['task_ctl', 'progress', 'ship', 'mine'], { caller })).toMatchObject({ code: 0 });
    expect(await place.compat(['task_ctl', 'progress', 'ship', 'theirs'])).toMatchObject({ code: 1 });
  });
});
