import {
  isTaskClosed,
  nextTaskState,
  taskActions,
  taskStates,
  type Task,
  type TaskAction,
  type TaskState,
} from '@perdure/contract';
import type { TaskCommand } from '@perdure/tasks';
import { describe, expect, it } from 'vitest';
import { control, newTask, refused, take } from './fixtures.ts';

const commands: Readonly<Record<TaskAction, TaskCommand>> = {
  pause: control('pause', { message: '' }),
  stop: control('stop', { message: '' }),
  resume: control('resume'),
  complete: { type: 'complete' },
  fail: { type: 'fail', reason: 'no way' },
  reopen: { type: 'reopen', reason: 'once more' },
};

function taskIn(state: TaskState): Task {
  return { ...newTask(), desired_state: state };
}

const cases = taskStates.flatMap((state) => taskActions.map((action) => [state, action] as const));

describe('the transition table', () => {
  it.each(cases)('a %s task asked to %s obeys the table, and a refusal names every arrow there is', (state, action) => {
    const task = taskIn(state);
    const next = nextTaskState(state, action);
    if (next !== undefined) {
      expect(take(task, commands[action]).task.desired_state).toBe(next);
      return;
    }
    const refusal = refused(task, commands[action]);
    expect(refusal.code).toBe('conflict');
    const possible = taskActions.filter((other) => nextTaskState(state, other) !== undefined);
    expect(new Set(refusal.details?.['possible'] as string[])).toEqual(new Set(possible));
    expect(refusal.message).toContain(`is ${state}`);
    for (const other of possible) expect(refusal.message).toContain(other);
  });

  it.each(taskStates.filter(isTaskClosed))('a %s task takes no write but reopen and notes for the log', (state) => {
    const task = taskIn(state);
    expect(refused(task, { type: 'progress', message: 'still here' }).code).toBe('conflict');
    expect(refused(task, control('steer')).code).toBe('conflict');
    expect(refused(task, control('pause', { when: 'boundary' })).code).toBe('conflict');
    expect(take(task, { type: 'event', name: 'seen', details: {} }).task.desired_state).toBe(state);
  });

  it('an override stays visible when the task is opened again', () => {
    const forced = take(newTask({ done_criteria: ['it works'] }), { type: 'complete', override: 'demo only' }).task;
    expect(forced.override?.reason).toBe('demo only');
    expect(take(forced, { type: 'reopen', reason: 'now for real' }).task.override?.reason).toBe('demo only');
  });
});
