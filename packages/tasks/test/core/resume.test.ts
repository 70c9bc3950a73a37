import type { Task } from '@perdure/contract';
import { classify, continueAnswer, resumeTable, selectTask, type HaltedState, type TaskCommand } from '@perdure/tasks';
import { describe, expect, it } from 'vitest';
import {
  agent,
  by,
  control,
  fold,
  hour,
  leaseOf,
  minute,
  newTask,
  refused,
  stamped,
  start,
  take,
  takeAll,
  typesOf,
} from './fixtures.ts';

const now = start;
const wakes: readonly HaltedState[] = ['paused', 'stopped'];
const goOn = (name = 'ada', takeOver = false) => ({ type: 'continue', lease: leaseOf(name), takeOver, wakes }) as const;
type GoOn = Extract<TaskCommand, { readonly type: 'continue' }>;
const begin = { type: 'start_action', actionId: 'send', summary: 'mail' } as const;

function continued(before: Task, command: GoOn = goOn(), context = by()) {
  const { task, events } = take(before, command, context);
  const answer = continueAnswer(before, task, {
    now: context.now,
    tokenHash: command.lease.tokenHash,
    askFirst: false,
    wakes: command.wakes,
  });
  return { task, events, answer };
}

describe('a scan', () => {
  it('scenario 1: asks before it resumes a running task, with its title', () => {
    const found = classify(newTask(), { now });
    expect(found).toMatchObject({ class: 'resumable', action: 'ask_to_resume', byItself: false, revision: 1 });
    expect(found.question).toBe('Continue "Release 1" from its last safe step?');
  });

  it('scenario 10: leaves paused, stopped, completed and failed tasks as they are', () => {
    const actions = (['paused', 'stopped', 'completed', 'failed'] as const).map(
      (desired_state) => classify({ ...newTask(), desired_state }, { now, askFirst: false }).action,
    );
    expect(actions).toEqual(['stay_paused', 'stay_stopped', 'none', 'manual_recovery']);
  });

  it('scenario 13: gives a task in an unknown state attention and never resumes it by itself', () => {
    const task = { ...newTask(), desired_state: 'dreaming' } as unknown as Task;
    const found = classify(task, { now, askFirst: false, confirmed: true });
    expect(found).toMatchObject({ class: 'needs_attention', action: 'reconcile_first', byItself: false });
    expect(found.reasons).toEqual(['desired_state=dreaming is not known']);
  });

  it('scenario 16: a paused task that nobody wants promoted stays paused', () => {
    const paused = take(newTask(), control('pause')).task;
    expect(classify(paused, { now })).toMatchObject({ action: 'stay_paused', reasons: ['desired_state=paused'] });
    expect(classify(paused, { now, confirmed: true }).action).toBe('resume_main_flow');
  });

  it('resumes by itself only what was worked on within the age limit', () => {
    const task = newTask();
    const at = (age: number) => classify(task, { now: start + age, askFirst: false });
    expect(at(24 * hour)).toMatchObject({ action: 'resume_main_flow', byItself: true });
    expect(at(24 * hour + minute)).toMatchObject({ action: 'ask_to_resume', byItself: false });
    expect(at(24 * hour + minute).reasons.join()).toContain('24 h');
  });

  it('does not let looking at a task make it younger', () => {
    const task = take(newTask(), { type: 'reconcile', reason: 'scan' }, by({ now: start + 20 * hour })).task;
    expect(task.worked_at).toBe(new Date(start).toISOString());
  });

  it('scenario 58: says interrupted of a running task whose lease has expired, and pauses nothing', () => {
    const task = newTask({}, leaseOf('ada'));
    const later = { now: start + hour, askFirst: false };
    expect(classify(task, later)).toMatchObject({ class: 'interrupted', action: 'resume_main_flow' });
    expect(classify(task, { now: later.now })).toMatchObject({ class: 'interrupted', action: 'ask_to_resume' });
  });

  it('leaves alone what somebody is at work on, also when controls wait for its boundary', () => {
    const task = take(newTask({}, leaseOf('ada')), control('stop', { when: 'boundary' })).task;
    expect(classify(task, { now, askFirst: false })).toMatchObject({ class: 'at_work', byItself: false });
    expect(classify(task, { now, tokenHash: 'token-ada' }).action).toBe('user_control_pending');
  });

  it('sees an action that its agent left behind before anybody reconciled', () => {
    const task = take(newTask({}, leaseOf('ada')), begin, agent('ada')).task;
    const found = classify(task, { now: start + hour, confirmed: true });
    expect(found).toMatchObject({ action: 'reconcile_first', reasons: ['not resolved: send'] });
  });

  it('finds each row but the last through a fact that it alone begins with, or an order that is meant', () => {
    const conditions = resumeTable.map(({ when }) => when.join('+'));
    expect(new Set(conditions).size).toBe(resumeTable.length);
    expect(resumeTable.at(-1)?.when).toEqual([]);
    expect(resumeTable.filter(({ byItself }) => byItself).map(({ action }) => action)).toEqual([
      'user_control_pending',
      'controller_decision_needed',
      'resume_active_line',
      'resume_active_line',
      'resume_main_flow',
      'resume_main_flow',
    ]);
  });
});

describe('continue', () => {
  it('scenario 3: obeys a pause that waited and gives no lease', () => {
    const waiting = take(newTask(), control('pause', { when: 'boundary' })).task;
    const { task, answer } = continued(waiting);
    expect(task).toMatchObject({ desired_state: 'paused', inbox: [], lease: null, reconcile: { needed: false } });
    expect(answer).toMatchObject({ goesOn: false, classification: { action: 'stay_paused' } });
  });

  it('scenario 4: takes a paused task up and says out of which state', () => {
    const { task, answer } = continued(take(newTask(), control('pause')).task);
    expect(task).toMatchObject({ desired_state: 'running', lease: { holder: 'ada', attempt: 1 } });
    expect(answer).toMatchObject({ goesOn: true, promotedFrom: 'paused', classification: { class: 'resumable' } });
  });

  it('scenario 10: does not open a closed task', () => {
    const done = take(newTask(), { type: 'complete' }).task;
    expect(refused(done, goOn()).message).toContain('reopen');
  });

  it('scenario 18: is the confirmation: a running task goes on', () => {
    const { answer, events } = continued(newTask());
    expect(answer).toMatchObject({ goesOn: true, promotedFrom: null, classification: { action: 'resume_main_flow' } });
    expect(typesOf(events)).toEqual(['resume_consistency_check_passed', 'resume_started', 'lease_taken']);
  });

  it('scenario 20: of one plan, applied twice, resumes once', () => {
    const before = newTask();
    const plan = by({ revision: classify(before, { now }).revision });
    const first = continued(before, goOn(), plan);
    expect(refused(first.task, goOn(), plan).details).toEqual({ seen: 1, now: 4 });
  });

  it('keeps the next step, which recovery needs', () => {
    const task = newTask({ next_step: 'run the migration' }, leaseOf('ada'));
    const { task: after } = continued(task, goOn('bob', true), by({ now: start + hour }));
    expect(after).toMatchObject({ next_step: 'run the migration', lease: { holder: 'bob', attempt: 2, fence: 2 } });
  });

  it('is held up by an action whose end nobody saw, records it, and goes on once it is resolved', () => {
    const left = take(newTask({}, leaseOf('ada')), begin, agent('ada')).task;
    const later = by({ now: start + hour });
    const held = continued(left, goOn('bob', true), later);
    expect(typesOf(held.events)).toEqual(['action_unknown', 'resume_consistency_check_failed']);
    expect(held.task.lease?.holder).toBe('ada');
    expect(held.answer).toMatchObject({ goesOn: false, classification: { action: 'reconcile_first' } });
    const resolve = { type: 'resolve_action', actionId: 'send', status: 'failed', how: 'no such mail' } as const;
    const resolved = take(held.task, resolve, later).task;
    expect(continued(resolved, goOn('bob', true), later).answer.goesOn).toBe(true);
  });

  it('obeys what waited for a paused task too: a stop stops, a note is heeded on the way', () => {
    const wait = { when: 'boundary' } as const;
    const stopped = continued(takeAll(newTask(), [control('stop', wait), control('pause')]));
    expect(stopped).toMatchObject({ task: { desired_state: 'stopped' }, answer: { goesOn: false } });
    const noted = continued(takeAll(newTask(), [control('note', wait), control('pause')]));
    expect(noted).toMatchObject({ task: { desired_state: 'running' }, answer: { goesOn: true } });
  });

  it('obeys a pause that waited while the agent handed over, and does not go on by itself', () => {
    const handedOver = takeAll(newTask(), [
      control('pause', { when: 'boundary' }),
      { type: 'context', percent: 60, session: '' },
    ]);
    expect(handedOver).toMatchObject({ handed_over: true, inbox: [{ intent: 'pause' }] });
    const { task, answer } = continued(handedOver, { ...goOn(), wakes: [] });
    expect(task).toMatchObject({ desired_state: 'paused', handed_over: false, lease: null, inbox: [] });
    expect(answer).toMatchObject({ goesOn: false, promotedFrom: null, classification: { action: 'stay_paused' } });
  });

  it.each([
    ['stop', 'stay_stopped', []],
    ['stop', 'stay_stopped', ['paused']],
    ['pause', 'stay_paused', []],
  ] as const)('leaves a task as it is after a %s that it may not wake from: %s', (intent, action, mayWake) => {
    const halted = take(newTask(), control(intent)).task;
    const { events, answer } = continued(halted, { ...goOn(), wakes: mayWake });
    expect(events).toEqual([]);
    expect(answer).toMatchObject({ goesOn: false, promotedFrom: null, classification: { action } });
  });

  it('wakes what its agent handed over without being asked to', () => {
    const handedOver = takeAll(newTask(), [{ type: 'context', percent: 60, session: '' }]);
    expect(continued(handedOver, { ...goOn(), wakes: [] }).answer).toMatchObject({ goesOn: true });
  });

  it('is held up by an imported action that no list has, until that is resolved', () => {
    const started_at = at(start);
    const deploy = { status: 'unknown', key: 'deploy', summary: 'deploy', started_at, attempt: 0 } as const;
    const imported = make('orig', { action_states: { deploy } });
    const held = continued(imported);
    expect(held.answer).toMatchObject({ goesOn: false, classification: { action: 'reconcile_first' } });
    expect(held.task.lease).toBeNull();
    const resolve = { type: 'resolve_action', actionId: 'deploy', status: 'success', how: 'looked' } as const;
    const resolved = take(held.task, resolve).task;
    expect(resolved).toMatchObject({ action_states: { deploy: { status: 'success' } } });
    expect(continued(resolved).answer.goesOn).toBe(true);
  });

  it('by the holder itself renews its lease without another attempt', () => {
    const { task, events, answer } = continued(newTask({}, leaseOf('ada')), goOn(), agent('ada'));
    expect(typesOf(events)).toEqual(['resume_consistency_check_passed', 'lease_renewed']);
    expect(task.lease?.attempt).toBe(1);
    expect(answer.goesOn).toBe(true);
  });

  it('is refused while somebody else is at work', () => {
    expect(refused(newTask({}, leaseOf('ada')), goOn('bob', true)).code).toBe('lease_held');
  });
});

const make = (task_id: string, changes: Partial<Task> = {}): Task => ({ ...newTask(), task_id, ...changes });
const ids = (tasks: readonly Task[], project = '/p') =>
  selectTask(tasks, { project, now }).map(({ task }) => task.task_id);
const at = (ms: number) => new Date(ms).toISOString();

describe('the choice of a task', () => {
  it('scenario 14: prefers a running task to a newer paused one, and of two running ones the one worked on last', () => {
    const tasks = [
      make('paused', { desired_state: 'paused', worked_at: at(start + hour) }),
      make('older', { worked_at: at(start) }),
      make('newer', { worked_at: at(start + minute) }),
    ];
    expect(ids(tasks)).toEqual(['newer', 'older', 'paused']);
  });

  it('prefers the project of the working folder to everything else, from a folder inside it too', () => {
    const tasks = [make('other', { project: '/q' }), make('here', { project: '/p', desired_state: 'stopped' })];
    expect(ids(tasks)).toEqual(['here', 'other']);
    expect(ids(tasks, '/p/src')).toEqual(['here', 'other']);
    expect(ids(tasks, '/p-else')).toEqual(['other', 'here']);
  });

  it('never chooses a closed task', () => {
    expect(ids([make('a', { desired_state: 'completed' }), make('b', { desired_state: 'failed' })])).toEqual([]);
  });

  it('gives a sentence for each and says which is too old to go on by itself', () => {
    const [best] = selectTask([make('a', { project: '/p' })], { project: '/p', now: start + 25 * hour });
    expect(best?.why).toBe('It is of this project, running, and was last worked on at 2026-01-02T03:04:05.678Z.');
    expect(best?.isRecent).toBe(false);
  });
});

it('folding the events of a continue one by one gives what the decision saw', () => {
  const before = takeAll(newTask(), [control('steer', { when: 'boundary' }), control('pause')]);
  const { task, events } = take(before, goOn());
  expect(fold(before, stamped(events, before.revision, by()))).toEqual(task);
});
