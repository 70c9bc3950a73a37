import { taskEventViewSchema, taskSummarySchema, taskViewSchema } from '@perdure/contract';
import { taskEventView, taskSummary, taskView, type TaskEvent } from '@perdure/tasks';
import { describe, expect, it } from 'vitest';
import { agent, by, evidence, leaseOf, minute, newTask, start, take, takeAll } from './fixtures.ts';

const hash = leaseOf('ada').tokenHash;
const ada = () =>
  takeAll(
    newTask({ done_criteria: ['a', 'b'] }, leaseOf('ada')),
    [evidence({ id: 'e1' }), { type: 'start_action', actionId: 'publish', summary: 'npm publish' }],
    agent('ada'),
  );
const released = () => take(ada(), { type: 'release_lease' }, agent('ada')).task;

describe('what programs are shown of a task', () => {
  it('has the shape of the contract and nothing beside it, with a lease, a released one and none', () => {
    for (const task of [ada(), released(), newTask()]) {
      expect(taskViewSchema.strict().parse(taskView(task, start))).toEqual(taskView(task, start));
      expect(taskSummarySchema.strict().parse(taskSummary(task, start))).toEqual(taskSummary(task, start));
    }
  });

  it('has the lease without the hash of its token', () => {
    const { lease } = taskView(ada(), start);
    expect(lease).toMatchObject({ holder: 'ada', attempt: 1, released: false });
    expect(lease).not.toHaveProperty('token_hash');
    expect(taskView(released(), start).lease?.released).toBe(true);
    expect(taskView(newTask(), start).lease).toBeNull();
  });

  it('is interrupted from the moment its lease has ended, in the view and in the row', () => {
    for (const show of [taskView, taskSummary]) {
      expect(show(ada(), start + 16 * minute).state).toBe('running');
      expect(show(ada(), start + 16.5 * minute)).toMatchObject({ state: 'interrupted', desired_state: 'running' });
    }
  });
});

describe('what programs are shown of an event', () => {
  const stamp = { seq: 7, at: start, actor: 'ada' };
  const lease = { ...ada().lease!, token_hash: hash };
  const events: readonly TaskEvent[] = [
    { ...stamp, type: 'task_created', data: { task: ada() } },
    { ...stamp, type: 'task_imported', data: { task: ada(), from: '/tmp' } },
    { ...stamp, type: 'lease_taken', data: { lease } },
  ];

  it.each(events)('of type $type is its lease without the hash of its token', (event) => {
    const shown = taskEventViewSchema.strict().parse(taskEventView(event));
    expect(JSON.stringify(event)).toContain(hash);
    expect(JSON.stringify(shown)).not.toContain(hash);
    expect(JSON.stringify(shown)).not.toContain('token_hash');
    expect(JSON.stringify(shown)).toContain('"holder":"ada"');
  });

  it('of any other type is what was recorded, at a time in ISO', () => {
    const [recorded] = take(newTask(), { type: 'progress', message: 'Parser done' }, by()).events;
    const shown = taskEventView({ ...recorded!, ...stamp });
    expect(shown).toEqual({ ...stamp, type: 'status_reported', data: recorded!.data, at: '2026-01-02T03:04:05.678Z' });
  });
});
