import { taskSchema } from '@perdure/contract';
import { contextLevel, decideCreate, evolve, handOver } from '@perdure/tasks';
import { describe, expect, it } from 'vitest';
import {
  agent,
  by,
  codeOf,
  control,
  hour,
  leaseOf,
  newTask,
  refused,
  start,
  take,
  takeAll,
  typesOf,
} from './fixtures.ts';

describe('a new task', () => {
  it('is valid with title and goal alone, and is leased to its maker if it works on it', () => {
    expect(taskSchema.parse(newTask())).toEqual(newTask());
    expect(newTask({}, leaseOf('ada'))).toMatchObject({ revision: 2, lease: { holder: 'ada', attempt: 1, fence: 1 } });
  });

  it.each(['', '-a', 'A', '../x', 'a/b', 'a\n', 'a'.repeat(64)])('is refused under the id %j', (task_id) => {
    const decision = decideCreate({ type: 'create', task_id, fields: { title: 'T', goal: '' } }, by());
    expect(decision).toMatchObject({ kind: 'refused', code: 'invalid_input' });
  });

  it('is refused without a title, and with a milestone id used twice', () => {
    const milestone = { id: 'm', title: 'M', status: 'pending', percent: 0 } as const;
    const fields = [
      { title: ' ', goal: '' },
      { title: 'T', goal: '', milestones: [milestone, milestone] },
    ];
    for (const one of fields) {
      const decision = decideCreate({ type: 'create', task_id: 'a', fields: one }, by());
      expect(decision).toMatchObject({ kind: 'refused', code: 'invalid_input' });
    }
  });

  it('takes no keys of an archived one with its id', () => {
    const begin = { type: 'start_action', actionId: 'send', summary: '' } as const;
    const later = { ...newTask(), created_at: new Date(start + hour).toISOString() };
    expect(take(newTask(), begin).task.action_states['send']?.key).not.toBe(
      take(later, begin).task.action_states['send']?.key,
    );
  });
});

describe('an edit', () => {
  it('that changes nothing is no event, and one that does holds what changed alone', () => {
    const task = newTask({ budget: { minutes: 10 } });
    expect(take(task, { type: 'update', changes: { title: 'Release 1', budget: { minutes: 10 } } }).events).toEqual([]);
    const { events } = take(task, {
      type: 'update',
      changes: { title: 'Release 1', next_step: 'go', budget: { tokens: 5 } },
    });
    expect(events).toEqual([{ type: 'task_updated', data: { changes: { next_step: 'go', budget: { tokens: 5 } } } }]);
  });

  it('keeps what was spent and what else the budget says', () => {
    const task = takeAll(newTask({ budget: { minutes: 10 } }), [
      { type: 'progress', message: 'a', tokens: 300 },
      { type: 'update', changes: { budget: { tokens: 1000 } } },
    ]);
    expect(task.budget).toEqual({ minutes: 10, tokens: 1000, tokens_used: 300 });
  });

  it('of one milestone or subtask leaves the others alone', () => {
    const task = takeAll(newTask(), [
      { type: 'milestone', id: 'a', changes: { title: 'First' } },
      { type: 'milestone', id: 'b', changes: { title: 'b', status: 'done' } },
      { type: 'subtask', id: 's', changes: { title: 's', owner: 'ada' } },
      { type: 'milestone', id: 'a', changes: { percent: 40 } },
    ]);
    expect(task.milestones).toEqual([
      { id: 'a', title: 'First', status: 'pending', percent: 40 },
      { id: 'b', title: 'b', status: 'done', percent: 100 },
    ]);
    expect(task.subtasks).toEqual([{ id: 's', title: 's', status: 'pending', owner: 'ada', depends_on: [] }]);
    expect(take(task, { type: 'milestone', id: 'a', changes: { percent: 40 } }).events).toEqual([]);
  });

  it('of a milestone or subtask that is not there is refused, with those that are', () => {
    const task = take(newTask(), { type: 'milestone', id: 'a', changes: { title: 'First' } }).task;
    const slip = refused(task, { type: 'milestone', id: 'b', changes: { status: 'done' } });
    expect(slip).toMatchObject({ code: 'not_found', message: expect.stringContaining('the task has a;') });
    expect(refused(task, { type: 'subtask', id: 's', changes: { status: 'done' } }).code).toBe('not_found');
  });

  it('scenario 63: a progress is the newest event and sets the time of the last status', () => {
    const { task, events } = take(newTask(), { type: 'progress', message: 'half way', phase: 'test' });
    expect(events).toEqual([{ type: 'status_reported', data: { message: 'half way', phase: 'test' } }]);
    expect(task).toMatchObject({ phase: 'test', last_status_update_at: new Date(start).toISOString() });
  });
});

const report = (percent: number) => ({ type: 'context', percent, session: 's1' }) as const;

describe('the context guard', () => {
  it('scenario 65: does nothing at 44, prepares at 45 and 49, hands over at 50', () => {
    expect([44, 45, 49, 50].map(contextLevel)).toEqual(['none', 'prepare', 'prepare', 'hand_over']);
    expect(take(newTask(), report(49)).task).toMatchObject({ desired_state: 'running', context: { percent: 49 } });
    expect(handOver(newTask(), 49)).toBeUndefined();
  });

  it('scenario 65: at 50 pauses, frees the lease for the next and keeps the next step', () => {
    const task = newTask({ next_step: 'run the migration' }, leaseOf('ada'));
    const done = take(task, report(50), agent('ada'));
    expect(typesOf(done.events)).toEqual(['context_reported', 'pause_requested', 'lease_released']);
    expect(done.task).toMatchObject({ desired_state: 'paused', next_step: 'run the migration' });
    const next = { type: 'continue', lease: leaseOf('bob'), takeOver: false, wakes: ['paused', 'stopped'] } as const;
    expect(take(done.task, next, agent('bob')).task).toMatchObject({
      desired_state: 'running',
      lease: { holder: 'bob' },
    });
  });

  it('scenario 65: a second hand-over says the same, so that the queue knows it again', () => {
    const first = take(newTask({ next_step: 'go' }), report(50)).task;
    const second = take(first, report(77)).task;
    expect(handOver(second, 77)).toEqual(handOver(first, 50));
    expect(handOver(first, 50)).toEqual({
      taskId: 'release-1',
      title: 'Release 1',
      context: 'Goal: Ship it\nNext step: go',
      source: 'context_guard',
    });
  });

  it('does not repeat itself in the log for the same percentage', () => {
    const task = take(newTask(), report(20)).task;
    expect(take(task, report(20)).events).toEqual([]);
  });
});

describe('the fold', () => {
  it('refuses to guess at a log that does not begin with a creation', () => {
    const event = { type: 'noted', data: { name: 'x', details: {} }, seq: 7, at: start, actor: 'a' } as const;
    expect(codeOf(() => evolve(undefined, event))).toBe('storage_corrupt');
  });

  it('passes over an event of a later version and counts it', () => {
    const event = { type: 'moon_landed', data: {}, seq: 2, at: start, actor: 'a' } as unknown as Parameters<
      typeof evolve
    >[1];
    expect(evolve(newTask(), event)).toEqual({ ...newTask(), revision: 2 });
  });

  it('counts controls, leases and scans as no work', () => {
    const later = by({ now: start + hour });
    const task = takeAll(
      newTask(),
      [control('pause'), control('resume'), { type: 'reconcile', reason: 'scan' }],
      later,
    );
    expect(task.worked_at).toBe(new Date(start).toISOString());
    expect(task.updated_at).toBe(new Date(start + hour).toISOString());
    expect(take(task, { type: 'progress', message: 'a' }, later).task.worked_at).toBe(task.updated_at);
  });
});
