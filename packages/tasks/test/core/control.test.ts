import { boundaryAnswer, classify, handOver } from '@perdure/tasks';
import { describe, expect, it } from 'vitest';
import type { ControlIntent, Task } from '@perdure/contract';
import {
  agent,
  by,
  control,
  evidence,
  hour,
  leaseOf,
  newTask,
  refused,
  start,
  take,
  takeAll,
  typesOf,
} from './fixtures.ts';

const deferred = { when: 'boundary' } as const;
const said = (intent: ControlIntent, message: string) => control(intent, { controlId: message, message });
/** An agent that works without a lease. */
const worker = by({ actor: 'ada' });
const pass = (task: Task) => take(task, { type: 'boundary' }, worker);
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
    const after = pass(takeAll(newTask(), [first, second]));
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

  it('takes back a pause that waits for a task at work', () => {
    const waiting = takeAll(newTask({}, leaseOf('ada')), [control('pause', deferred)]);
    const resumed = take(waiting, control('resume', { message: '' })).task;
    expect(resumed).toMatchObject({ desired_state: 'running', inbox: [], operator_note: '' });
    expect(reportOf(take(resumed, { type: 'boundary' }, agent('ada'))).answer).toBe('go_on');
    expect(refused(resumed, control('resume')).code).toBe('conflict');
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
    const quiet = { steering: [], note: '', open_actions: [], void_criteria: [], lanes: [], quarantined: 0 };
    expect(reportOf(done)).toEqual({ answer: 'go_on', ...quiet });
  });

  it('tells each word once as new, in order and as what it was', () => {
    const task = takeAll(newTask(), [said('steer', 'one'), said('note', 'two'), said('steer', 'three')]);
    expect(reportOf(pass(task)).steering).toEqual([
      { intent: 'steer', message: 'one', isNew: true, number: 1 },
      { intent: 'note', message: 'two', isNew: true },
      { intent: 'steer', message: 'three', isNew: true, number: 3 },
    ]);
  });

  it('tells a steer and an edit again at every boundary, for the agent may have forgotten them', () => {
    const told = pass(takeAll(newTask(), [said('steer', 'one'), said('edit', 'three')])).task;
    for (const task of [told, pass(told).task]) {
      expect(reportOf(pass(task)).steering).toEqual([
        { intent: 'steer', message: 'one', isNew: false, number: 1 },
        { intent: 'edit', message: 'three', isNew: false, number: 2 },
      ]);
    }
  });

  it('tells a note at one more boundary, for its first answer may be lost, and then never again', () => {
    const told = pass(takeAll(newTask(), [said('note', 'two')])).task;
    const again = pass(told);
    expect(reportOf(again).steering).toEqual([{ intent: 'note', message: 'two', isNew: false }]);
    const third = pass(again.task);
    expect([third.events, reportOf(third).steering]).toEqual([[], []]);
  });

  it('keeps what stands through a pause and a resume with words of its own', () => {
    const told = pass(takeAll(newTask(), [said('steer', 'one')])).task;
    const resumed = takeAll(told, [control('pause'), said('resume', 'go on')]);
    const quiet = pass(pass(pass(resumed).task).task);
    expect(reportOf(quiet).steering).toEqual([{ intent: 'steer', message: 'one', isNew: false, number: 1 }]);
  });

  it('takes the same words said twice for one order', () => {
    const twice = takeAll(newTask(), [said('steer', 'one'), control('steer', { controlId: 'x', message: 'one' })]);
    expect(reportOf(pass(twice)).steering).toEqual([{ intent: 'steer', message: 'one', isNew: true, number: 2 }]);
  });

  it('tells every steer again until somebody takes it back, or whoever works has heeded it', () => {
    const steers = Array.from({ length: 8 }, (_, n) => said('steer', `s${n}`));
    const told = pass(takeAll(newTask(), steers));
    const again = pass(told.task);
    expect(reportOf(again).steering.map(({ message, number }) => `${number} ${message}`)).toEqual(
      steers.map((_, n) => `${n + 1} s${n}`),
    );
    const less = takeAll(again.task, [
      { type: 'settle_words', numbers: [1, 8], how: 'withdrawn' },
      { type: 'settle_words', numbers: [2], how: 'heeded' },
    ]);
    expect(reportOf(pass(less)).steering.map(({ message }) => message)).toEqual(['s2', 's3', 's4', 's5', 's6']);
  });

  it('takes back a word that waits, and refuses a number that nothing has, and to heed what nobody heard', () => {
    const task = takeAll(newTask(), [said('steer', 'one'), control('stop', { when: 'boundary', controlId: 'x' })]);
    expect(take(task, { type: 'settle_words', numbers: [2], how: 'withdrawn' }).task.inbox).toEqual([]);
    expect(refused(task, { type: 'settle_words', numbers: [3], how: 'withdrawn' }).message).toContain(
      'has no word 3, kept are 1, 2',
    );
    expect(refused(task, { type: 'settle_words', numbers: [1], how: 'heeded' }).message).toContain('"one"');
  });

  it('names a word by the same number for ever, whatever goes before it, and gives that number to no other', () => {
    const told = pass(takeAll(newTask(), [said('steer', 'one'), said('steer', 'two'), said('steer', 'three')])).task;
    const less = take(told, { type: 'settle_words', numbers: [1], how: 'heeded' }, by({ actor: 'ada' })).task;
    expect(
      refused(less, { type: 'settle_words', numbers: [1], how: 'heeded' }, by({ actor: 'ada' })).message,
    ).toContain('keeps no longer word 1, kept are 2, 3');
    const none = takeAll(less, [{ type: 'settle_words', numbers: [2, 3], how: 'withdrawn' }, said('steer', 'four')]);
    expect(reportOf(pass(none)).steering).toEqual([{ intent: 'steer', message: 'four', isNew: true, number: 4 }]);
  });

  it('knows a word that waited by the number that it had while it waited', () => {
    const queued = takeAll(newTask(), [
      control('steer', { message: 'one', when: 'boundary', controlId: 'x' }),
      said('steer', 'two'),
    ]);
    expect(queued.inbox.map(({ number }) => number)).toEqual([1]);
    expect(reportOf(pass(queued)).steering.map(({ message, number }) => `${number} ${message}`)).toEqual([
      '2 two',
      '1 one',
    ]);
  });

  it('has words taken back by whoever said them or by a person, told or not, and by nobody else', () => {
    const lead = by({ actor: 'lead' });
    const withdrawal = { type: 'settle_words', numbers: [1], how: 'withdrawn' } as const;
    for (const when of ['now', 'boundary'] as const) {
      const task = take(newTask(), control('note', { message: 'hush', when }), lead).task;
      const refusal = refused(task, withdrawal, agent('ada'));
      expect([refusal.code, refusal.message]).toEqual(['conflict', expect.stringContaining('was said by lead')]);
      for (const who of [lead, by({ actor: 'human:eve' })]) {
        const done = take(task, withdrawal, who);
        expect(typesOf(done.events)).toEqual(['controls_settled']);
        expect([...done.task.steering, ...done.task.inbox]).toEqual([]);
      }
    }
  });

  it('refuses the steer that nobody could be told any more with all the others, and no note or halt', () => {
    const steers = Array.from({ length: 50 }, (_, n) => said('steer', `s${n}`));
    const told = pass(takeAll(newTask(), steers)).task;
    expect(refused(told, said('steer', 'more')).message).toContain('perdure task steer release-1 --withdraw <number>');
    expect(take(told, said('note', 'lunch')).task.steering).toHaveLength(51);
    expect(take(told, control('stop')).task.desired_state).toBe('stopped');
    const long = take(newTask(), said('steer', 'x'.repeat(10_000))).task;
    const longer = takeAll(
      long,
      ['a', 'b', 'c', 'd'].map((letter) => said('steer', letter.repeat(10_000))),
    );
    expect(refused(longer, said('steer', 'e')).details).toMatchObject({ standing: 5 });
  });

  it('of a person, or of a passer-by while somebody else has the lease, tells nothing to anybody', () => {
    const free = takeAll(newTask(), [said('note', 'two')]);
    expect(take(free, { type: 'boundary' }, by({ actor: 'human:eve' })).events).toEqual([]);
    const expired = take(newTask({}, leaseOf('ada')), said('note', 'two')).task;
    expect(take(expired, { type: 'boundary' }, by({ actor: 'bob', now: start + hour })).events).toEqual([]);
    const late = take(expired, { type: 'boundary' }, agent('ada', { now: start + hour }));
    expect(reportOf(late).steering).toEqual([{ intent: 'note', message: 'two', isNew: true }]);
  });

  it('says which actions are open and which criteria have lost their evidence', () => {
    const task = takeAll(newTask({ done_criteria: ['tests pass'] }), [
      { type: 'start_action', actionId: 'send', summary: 'mail' },
      evidence({ id: 'e1', command: ['true'], cwd: '/' }),
      { type: 'void_evidence', evidenceIds: ['e1'] },
    ]);
    expect(reportOf(pass(task))).toMatchObject({ open_actions: ['send'], void_criteria: [1] });
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

const handedOver = () =>
  take(newTask({}, leaseOf('ada')), { type: 'context', percent: 60, session: '' }, agent('ada')).task;

describe('a task that its agent handed over', () => {
  it.each([
    ['at once', {}],
    ['at a boundary', deferred],
  ])('is paused by somebody else %s, who wants it to rest, and keeps the words', (_, when) => {
    const paused = pass(take(handedOver(), control('pause', when)).task).task;
    expect(paused).toMatchObject({ desired_state: 'paused', handed_over: false, operator_note: 'please pause' });
    expect(classify(paused, { now: start, askFirst: false }).action).toBe('stay_paused');
  });

  it('is not one that somebody had stopped or paused before its context was full', () => {
    for (const intent of ['stop', 'pause'] as const) {
      const halted = take(newTask({}, leaseOf('ada')), control(intent)).task;
      const { task, events } = take(halted, { type: 'context', percent: 60, session: '' }, agent('ada'));
      expect(typesOf(events)).toEqual(['context_reported']);
      expect(task).toMatchObject({ desired_state: halted.desired_state, handed_over: false });
      expect(handOver(task, 60)).toBeUndefined();
    }
  });
});

const full = (when: 'now' | 'boundary') =>
  takeAll(
    newTask(),
    Array.from({ length: 200 }, (_, n) => control('note', { controlId: `n${n}`, message: `n${n}`, when })),
  );

describe('two hundred controls that wait', () => {
  it.each(['now', 'boundary'] as const)('%s: one more is refused in a sentence, a halt at once is not', (when) => {
    const task = full(when);
    for (const more of [control('steer'), control('pause', deferred)]) {
      expect(refused(task, more)).toMatchObject({ code: 'conflict', details: { waiting: 200 } });
    }
    expect(take(task, control('stop')).task.desired_state).toBe('stopped');
    expect(take(pass(task).task, control('steer')).task.steering_note).toBe('please steer');
  });
});

describe('several pauses and stops', () => {
  it('keep the words of each, waiting or at once, until the task runs again', () => {
    const waiting = takeAll(newTask(), [
      control('pause', { when: 'boundary', controlId: 'a', message: 'legal must look at clause 4' }),
      control('pause', { when: 'boundary', controlId: 'b', message: 'and lunch' }),
      control('stop', { when: 'boundary', controlId: 'c', message: 'the customer left' }),
    ]);
    const stopped = pass(waiting);
    const words = 'legal must look at clause 4\nand lunch\nthe customer left';
    expect(reportOf(stopped)).toMatchObject({ answer: 'stop', note: words });
    const more = take(stopped.task, control('pause', { message: 'me too' })).task;
    expect(more).toMatchObject({ desired_state: 'stopped', operator_note: `${words}\nme too` });
    const again = takeAll(more, [control('resume'), control('pause', { message: 'once more' })]);
    expect(again.operator_note).toBe('once more');
  });

  it('without words of its own a second pause is refused, for it changes nothing', () => {
    const paused = take(newTask(), control('pause')).task;
    expect(refused(paused, control('pause', { message: '' })).code).toBe('conflict');
    expect(refused(paused, control('pause')).code).toBe('conflict');
  });
});
