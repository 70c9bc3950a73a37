import { boundaryAnswer, classify } from '@perdure/tasks';
import { describe, expect, it } from 'vitest';
import type { ControlIntent } from '@perdure/contract';
import { agent, by, control, evidence, leaseOf, newTask, refused, start, take, takeAll, typesOf } from './fixtures.ts';

const deferred = { when: 'boundary' } as const;
const said = (intent: ControlIntent, message: string) => control(intent, { controlId: message, message });
const reportOf = ({ task, events }: ReturnType<typeof take>) => boundaryAnswer(task, events);

describe('an immediate control', () => {
  it('scenario 23: a pause without flags takes a running task out of its work at once', () => {
    const { task, events } = take(newTask(), control('pause'));
    expect(typesOf(events)).toEqual(['user_control_received', 'pause_requested']);
    expect(task).toMatchObject({ desired_state: 'paused', operator_note: 'please pause', inbox: [] });
    expect(task.reconcile.needed).toBe(false);
  });

  it('scenario 28: resume, edit, steer and note set the steering note, and only resume changes the state', () => {
    const paused = take(newTask(), control('pause')).task;
    for (const intent of ['resume', 'edit', 'steer', 'note'] as const) {
      const { task } = take(paused, control(intent));
      expect(task.steering_note).toBe(`please ${intent}`);
      expect(task.desired_state).toBe(intent === 'resume' ? 'running' : 'paused');
    }
  });

  it('needs no lease, also with the token of another task', () => {
    const task = newTask({}, leaseOf('ada'));
    expect(take(task, control('stop'), agent('bob')).task.desired_state).toBe('stopped');
  });
});

describe('a control that waits', () => {
  it('scenario 24: a stop that is unsafe now is deferred with its reason, and the state stays', () => {
    const { task, events } = take(newTask(), control('stop', { unsafeReason: 'migration at work' }));
    expect(typesOf(events)).toEqual(['user_control_deferred']);
    expect(task.desired_state).toBe('running');
    expect(task.inbox).toMatchObject([{ intent: 'stop', unsafe_reason: 'migration at work' }]);
    expect(task.reconcile).toMatchObject({ needed: true, status: 'pending_user_control' });
  });

  it('scenario 26: a scan of its task says that a control is pending', () => {
    const { task } = take(newTask(), control('stop', { unsafeReason: 'busy' }));
    expect(classify(task, { now: start })).toMatchObject({ class: 'needs_attention', action: 'user_control_pending' });
  });

  it('scenario 27: a deferred stop stops at the boundary', () => {
    const { task } = take(newTask(), control('stop', { unsafeReason: 'busy' }));
    const after = take(task, { type: 'boundary' });
    expect(typesOf(after.events)).toEqual(['user_control_applied', 'stop_requested']);
    expect(after.task).toMatchObject({ desired_state: 'stopped', inbox: [], operator_note: 'please stop' });
    expect(after.task.reconcile.needed).toBe(false);
    expect(reportOf(after)).toMatchObject({ answer: 'stop', steering: [], note: 'please stop' });
  });

  it('scenario 30: a pause for a safe boundary only is deferred', () => {
    const { task } = take(newTask(), control('pause', deferred));
    expect(task.desired_state).toBe('running');
    expect(reportOf(take(task, { type: 'boundary' })).answer).toBe('pause');
  });

  it('scenario 31: two of them are applied in order and none is lost', () => {
    const first = control('steer', { ...deferred, controlId: 'a', message: 'use sqlite' });
    const second = control('note', { ...deferred, controlId: 'b', message: 'and be quick' });
    const after = take(takeAll(newTask(), [first, second]), { type: 'boundary' });
    expect(typesOf(after.events)).toEqual(['user_control_applied', 'user_control_applied', 'controls_told']);
    expect(reportOf(after)).toMatchObject({
      answer: 'go_on',
      steering: [
        { intent: 'steer', message: 'use sqlite', isNew: true },
        { intent: 'note', message: 'and be quick', isNew: true },
      ],
      note: '',
    });
  });

  it('is not queued twice under one id', () => {
    const { task } = take(newTask(), control('pause', deferred));
    expect(take(task, control('pause', deferred)).events).toEqual([]);
  });

  it('without an arrow by then is applied without effect', () => {
    const waiting = takeAll(newTask(), [control('pause', deferred), control('stop')]);
    const after = take(waiting, { type: 'boundary' });
    expect(typesOf(after.events)).toEqual(['user_control_applied']);
    expect(after.task).toMatchObject({ desired_state: 'stopped', inbox: [] });
  });

  it('pause and then resume let the agent go on', () => {
    const waiting = takeAll(newTask(), [control('pause', deferred), control('resume', deferred)]);
    const after = take(waiting, { type: 'boundary' });
    expect(after.task.desired_state).toBe('running');
    expect(reportOf(after).answer).toBe('go_on');
  });
});

describe('a resume', () => {
  it('is the newer word: a pause that waited does not end what was resumed', () => {
    const waiting = takeAll(newTask(), [control('pause', deferred), control('stop', { controlId: 's' })]);
    const resumed = take(waiting, control('resume')).task;
    expect(resumed).toMatchObject({ desired_state: 'running', inbox: [] });
    expect(reportOf(take(resumed, { type: 'boundary' })).answer).toBe('go_on');
  });

  it('is the end of the words of the pause', () => {
    const resumed = takeAll(newTask(), [control('pause'), control('resume', { message: '' })]);
    expect(resumed.operator_note).toBe('');
  });
});

describe('a boundary', () => {
  it('with nothing to tell changes nothing and says go on', () => {
    const done = take(newTask({}, leaseOf('ada')), { type: 'boundary' }, agent('ada'));
    expect(done.events).toEqual([]);
    expect(reportOf(done)).toEqual({ answer: 'go_on', steering: [], note: '', open_actions: [], void_criteria: [] });
  });

  const boundary = { type: 'boundary' } as const;

  it('tells each word once as new, in order and as what it was', () => {
    const task = takeAll(newTask(), [said('steer', 'one'), said('note', 'two'), said('steer', 'three')]);
    expect(reportOf(take(task, boundary)).steering).toEqual([
      { intent: 'steer', message: 'one', isNew: true },
      { intent: 'note', message: 'two', isNew: true },
      { intent: 'steer', message: 'three', isNew: true },
    ]);
  });

  it('tells a steer and an edit again at every boundary, for the agent may have forgotten them, and a note never', () => {
    const task = takeAll(newTask(), [said('steer', 'one'), said('note', 'two'), said('edit', 'three'), boundary]);
    expect(reportOf(take(task, boundary)).steering).toEqual([
      { intent: 'steer', message: 'one', isNew: false },
      { intent: 'edit', message: 'three', isNew: false },
    ]);
  });

  it('keeps what stands through a pause and a resume with words of its own', () => {
    const task = takeAll(newTask(), [
      said('steer', 'one'),
      boundary,
      control('pause'),
      said('resume', 'go on'),
      boundary,
    ]);
    expect(reportOf(take(task, boundary)).steering).toEqual([{ intent: 'steer', message: 'one', isNew: false }]);
  });

  it('keeps five steers that were told, and any number that were not', () => {
    const steers = Array.from({ length: 8 }, (_, n) => said('steer', `s${n}`));
    const task = takeAll(newTask(), steers);
    expect(reportOf(take(task, boundary)).steering).toHaveLength(8);
    const standing = reportOf(take(takeAll(task, [boundary]), boundary)).steering;
    expect(standing.map(({ message }) => message)).toEqual(['s3', 's4', 's5', 's6', 's7']);
  });

  it('says which actions are open and which criteria have lost their evidence', () => {
    const task = takeAll(newTask({ done_criteria: ['tests pass'] }), [
      { type: 'start_action', actionId: 'send', summary: 'mail' },
      evidence({ id: 'e1', command: ['true'], cwd: '/' }),
      { type: 'void_evidence', evidenceIds: ['e1'] },
    ]);
    expect(reportOf(take(task, boundary))).toMatchObject({ open_actions: ['send'], void_criteria: [1] });
  });

  it('tells an agent to stop whose task was stopped at once in between', () => {
    const stopped = take(newTask({}, leaseOf('ada')), control('stop'), by()).task;
    expect(reportOf(take(stopped, { type: 'boundary' }, agent('ada'))).answer).toBe('stop');
  });
});

describe('an unknown outcome', () => {
  it('keeps a paused task from being resumed, at once and at a boundary', () => {
    const open = takeAll(newTask(), [
      { type: 'start_action', actionId: 'send', summary: 'mail' },
      { type: 'reconcile', reason: 'look' },
      control('pause'),
    ]);
    expect(refused(open, control('resume')).details).toEqual({ unknown: ['send'] });
    const waiting = take(open, control('resume', deferred)).task;
    expect(take(waiting, { type: 'boundary' }).task.desired_state).toBe('paused');
  });
});
