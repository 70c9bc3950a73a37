import { compact } from '@perdure/contract';
import { reconcileFindings } from '@perdure/tasks';
import { describe, expect, it } from 'vitest';
import { agent, by, control, hour, leaseOf, newTask, refused, start, take, takeAll, typesOf } from './fixtures.ts';

const begin = { type: 'start_action', actionId: 'publish', summary: 'npm publish' } as const;
const end = (status: 'success' | 'failed', result?: string) =>
  ({ type: 'end_action', actionId: 'publish', status, ...compact({ result }) }) as const;
const resolve = (status: 'success' | 'failed') =>
  ({ type: 'resolve_action', actionId: 'publish', status, how: 'seen in the registry' }) as const;
const reconcile = { type: 'reconcile', reason: 'test' } as const;
const takeOver = (name: string) => ({ type: 'take_lease', lease: leaseOf(name), takeOver: true }) as const;

describe('an action', () => {
  it('has one key for every try, also after it failed', () => {
    const first = take(newTask(), begin).task;
    const again = takeAll(first, [end('failed'), begin]);
    expect(again.action_states['publish']?.key).toBe(first.action_states['publish']?.key);
    expect(again.action_states['publish']?.key).toMatch(/^release-1\/[a-z0-9]+\/publish$/);
  });

  it('that took effect is not started again, and the refusal has its result', () => {
    const done = takeAll(newTask(), [begin, end('success', 'v1.0.0')]);
    expect(done.pending_actions).toEqual([]);
    expect(refused(done, begin)).toMatchObject({ code: 'conflict', details: { status: 'success', result: 'v1.0.0' } });
  });

  it('ended twice alike is a no-op, and otherwise a conflict', () => {
    const done = takeAll(newTask(), [begin, end('success')]);
    expect(take(done, end('success')).events).toEqual([]);
    expect(refused(done, end('failed')).code).toBe('conflict');
  });

  it('is started only while the task runs, under an id that can be a member name, and ended only if it was started', () => {
    expect(refused(take(newTask(), control('pause')).task, begin).code).toBe('conflict');
    expect(refused(newTask(), { ...begin, actionId: '__proto__' }).code).toBe('invalid_input');
    expect(refused(newTask(), { ...end('success'), actionId: 'constructor' }).code).toBe('not_found');
    expect(typesOf(take(newTask(), { ...begin, actionId: 'constructor' }).events)).toEqual(['action_started']);
  });

  it('of an earlier attempt is not ended by the next agent, which cannot have seen it', () => {
    const open = take(newTask({}, leaseOf('ada')), begin, agent('ada')).task;
    const next = take(open, takeOver('bob'), by({ now: start + hour })).task;
    expect(refused(next, end('success'), agent('bob', { now: start + hour })).code).toBe('conflict');
  });

  it('given up as unknown is not ended by somebody who shows no lease', () => {
    const begun = take(newTask({}, leaseOf('ada')), begin, agent('ada')).task;
    const free = takeAll(take(begun, { type: 'break_lease', reason: 'gone' }, by({ actor: 'owner' })).task, [
      reconcile,
    ]);
    expect(refused(free, end('success')).code).toBe('conflict');
    expect(take(free, resolve('failed')).task.action_states['publish']?.status).toBe('failed');
  });

  it('started again without a summary keeps the one of the try before', () => {
    const failed = takeAll(newTask(), [begin, end('failed')]);
    const again = take(failed, { type: 'start_action', actionId: 'publish' }).task;
    expect(again.action_states['publish']?.summary).toBe('npm publish');
  });

  it('whose agent is gone keeps a paused task from being resumed, also before anybody has reconciled', () => {
    const begun = take(newTask({}, leaseOf('ada')), begin, agent('ada')).task;
    const paused = take(begun, control('pause')).task;
    expect(refused(paused, control('resume'), by({ now: start + hour })).details).toEqual({ unknown: ['publish'] });
  });

  it('given up as unknown is still ended by the agent that saw it', () => {
    const open = take(newTask({}, leaseOf('ada')), begin, agent('ada')).task;
    const unknown = take(open, reconcile, by({ now: start + hour })).task;
    expect(unknown.action_states['publish']?.status).toBe('unknown');
    const done = take(unknown, end('success'), agent('ada', { now: start + hour })).task;
    expect(done.action_states['publish']?.status).toBe('success');
    expect(done.reconcile).toMatchObject({ needed: false, status: 'clean' });
  });
});

describe('a reconcile', () => {
  it('scenario 34: drops what the ledger knows and marks it as a success', () => {
    const before = take(newTask(), begin).task;
    const key = before.action_states['publish']?.key ?? '';
    const task = { ...before, idempotency_ledger: { [key]: true } };
    expect(reconcileFindings(task)).toMatchObject([{ finding: 'already_applied_via_idempotency_ledger' }]);
    const after = take(task, reconcile);
    expect(typesOf(after.events)).toEqual(['action_unknown', 'action_resolved', 'resume_consistency_check_passed']);
    expect(after.task.action_states['publish']?.status).toBe('success');
    expect(after.task).toMatchObject({ pending_actions: [], reconcile: { needed: false, status: 'clean' } });
  });

  it('scenario 36: of a task with nothing open passes and leaves it clean', () => {
    const { task, events } = take(newTask(), reconcile);
    expect(events).toEqual([{ type: 'resume_consistency_check_passed', data: { reason: 'test', open: [] } }]);
    expect(task.reconcile).toMatchObject({
      needed: false,
      status: 'clean',
      last_run_at: new Date(start).toISOString(),
    });
  });

  it('scenario 37: a crash between the effect and its record leaves the outcome unknown, which is never run again unasked', () => {
    const open = take(newTask({}, leaseOf('ada')), begin, agent('ada')).task;
    const taken = take(open, takeOver('bob'), by({ now: start + hour })).task;
    const bob = agent('bob', { now: start + hour });
    const after = take(taken, reconcile, bob).task;
    expect(after.action_states['publish']?.status).toBe('unknown');
    expect(after.reconcile).toMatchObject({ needed: true, status: 'pending_actions_remain' });
    expect(refused(after, begin, bob).code).toBe('conflict');
    const resolved = take(after, resolve('success'), bob).task;
    expect(resolved.reconcile.needed).toBe(false);
    expect(refused(resolved, begin, bob).details).toMatchObject({ result: 'seen in the registry' });
  });

  it('that resolves to a failure lets the action be tried again', () => {
    const unknown = takeAll(newTask(), [begin, reconcile, resolve('failed')]);
    expect(take(unknown, begin).task.action_states['publish']?.status).toBe('started');
  });

  it('leaves an action of the agent at work alone and says that it is pending', () => {
    const open = take(newTask({}, leaseOf('ada')), begin, agent('ada')).task;
    const { events } = take(open, reconcile, agent('ada'));
    expect(events).toEqual([{ type: 'resume_consistency_check_failed', data: { reason: 'test', open: ['publish'] } }]);
  });

  it('keeps what was imported as pending until somebody resolves it', () => {
    const imported = { ...newTask(), pending_actions: [{ action_id: 'mail', idempotency_key: 'k1' }] };
    const open = take(imported, reconcile).task;
    expect(open.reconcile.needed).toBe(true);
    const command = { type: 'resolve_action', actionId: 'mail', status: 'success', how: 'asked' } as const;
    const done = take(open, command).task;
    expect(done).toMatchObject({ pending_actions: [], reconcile: { needed: false } });
    expect(Object.keys(done.idempotency_ledger)).toEqual(['k1']);
    expect(refused(done, command).code).toBe('not_found');
  });
});
