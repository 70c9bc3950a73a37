import { describe, expect, it } from 'vitest';
import { agent, by, control, hour, leaseOf, newTask, refused, start, take, takeAll, typesOf } from './fixtures.ts';

const begin = { type: 'start_action', actionId: 'publish', summary: 'npm publish' } as const;
const set = (ledger: object) => ({ type: 'set_ledger', ledger }) as const;

const all = (...commands: readonly Parameters<typeof take>[1][]) =>
  ({ type: 'all', commands: commands.filter((command) => command.type !== 'all') }) as const;

describe('a ledger that is written as a whole', () => {
  it('keeps every key that says an effect was had, also one that the writer left out', () => {
    const done = takeAll(newTask(), [set({ idempotency_ledger: { k1: { at: 'then' } } })]);
    const after = take(done, set({ idempotency_ledger: { k1: 'other', k2: true } })).task;
    expect(after.idempotency_ledger).toEqual({ k1: { at: 'then' }, k2: true });
  });

  it('keeps an action of ours whose end nobody saw, and takes one that is said to have ended', () => {
    const open = take(newTask(), begin).task;
    const left = take(open, set({ pending_actions: [], action_states: {} })).task;
    expect(left).toMatchObject({
      pending_actions: [{ id: 'publish' }],
      action_states: { publish: { status: 'started' } },
    });
    const record = { ...open.action_states['publish']!, status: 'success' as const };
    const ended = take(open, set({ action_states: { publish: record } })).task;
    expect(ended.action_states['publish']?.status).toBe('success');
    const again = take(ended, set({ action_states: { publish: { ...record, status: 'failed' } } }));
    expect(again.events).toEqual([]);
  });

  it('that is as it was before is no event', () => {
    const { events } = take(newTask(), set({ pending_actions: [], idempotency_ledger: {} }));
    expect(events).toEqual([]);
  });
});

describe('several commands as one write', () => {
  const rename = { type: 'update', changes: { title: 'Another' } } as const;

  it('are decided each on what those before it made', () => {
    const { task, events } = take(newTask(), all(control('pause'), control('resume', { controlId: 'c2' })));
    expect(typesOf(events)).toEqual([
      'user_control_received',
      'pause_requested',
      'user_control_received',
      'resume_started',
    ]);
    expect(task.desired_state).toBe('running');
  });

  it('are none of them taken where one is refused', () => {
    const open = newTask({ done_criteria: ['tests pass'] });
    expect(refused(open, all(rename, { type: 'complete' }))).toMatchObject({ code: 'gate_open' });
    expect(refused(open, all({ type: 'fail', reason: 'no' }, rename))).toMatchObject({ code: 'conflict' });
  });

  it('are refused together while another is at work, unless none of them needs its lease', () => {
    const held = newTask({}, leaseOf('ada'));
    expect(refused(held, all(control('pause'), rename), by({ actor: 'bob' }))).toMatchObject({ code: 'lease_held' });
    expect(take(held, all(control('pause'))).task.desired_state).toBe('paused');
  });

  it('renew the lease of their writer once', () => {
    const held = newTask({}, leaseOf('ada'));
    const later = agent('ada', { now: start + hour / 6 });
    const { events } = take(held, all(rename, { type: 'progress', message: 'on' }), later);
    expect(typesOf(events)).toEqual(['task_updated', 'status_reported', 'lease_renewed']);
  });

  it('are held to the revision that their writer has seen', () => {
    expect(refused(newTask(), all(rename, rename), by({ revision: 7 }))).toMatchObject({ code: 'conflict' });
  });
});
