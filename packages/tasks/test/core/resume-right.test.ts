/** Who lets a halted task run again, and whose word a process gives. */

import { describe, expect, it } from 'vitest';
import { agent, by, control, leaseOf, newTask, refused, start, take, takeAll, typesOf } from './fixtures.ts';

const harness = { pid: 7, started_at: 'noon', machine: 'here' };
const held = () =>
  newTask({ acceptance: 'second-agent', done_criteria: ['x'] }, { ...leaseOf('ada'), process: harness });

/** Whoever would be an agent of this task. */
const agents = {
  'the holder of the lease': agent('ada'),
  'the process that holds it, under another name': by({ actor: 'bert', process: { ...harness } }),
  'a harness that is known by its environment': by({ actor: 'claude-code@here:9', isAgent: true }),
  'a tool that says no name': by({ actor: 'mcp' }),
} as const;

describe.each(Object.entries(agents))('%s', (_, who) => {
  it.each(['pause', 'stop'] as const)('does not resume what somebody else halted by a %s', (intent) => {
    const task = take(held(), control(intent)).task;
    for (const when of ['now', 'boundary'] as const) {
      const { code, message } = refused(task, control('resume', { when }), who);
      expect([code, message]).toEqual(['conflict', expect.stringContaining('was halted by owner')]);
      expect(message).toContain('perdure task continue release-1');
    }
    expect(take(task, control('resume')).task).toMatchObject({ desired_state: 'running', halts: [] });
  });

  it('does not get around a halt by closing the task and opening it again', () => {
    const closed = take(take(held(), control('stop')).task, { type: 'fail', reason: 'x' }, agent('ada')).task;
    const { message } = refused(closed, { type: 'reopen', reason: 'again' }, who);
    expect(message).toContain('perdure task reopen release-1');
    expect(take(closed, { type: 'reopen', reason: 'again' }).task).toMatchObject({
      desired_state: 'running',
      halts: [],
    });
    const free = take(held(), { type: 'fail', reason: 'x' }, agent('ada')).task;
    expect(take(free, { type: 'reopen', reason: 'again' }, who).task.desired_state).toBe('running');
  });

  it('does not take back a halt that waits', () => {
    const task = take(held(), control('stop', { when: 'boundary' })).task;
    expect(refused(task, control('resume'), who).details).toEqual({ halted_by: ['owner'] });
  });

  it('resumes what it halted itself, unless a person has halted it as well', () => {
    const own = take(held(), control('pause'), who).task;
    expect(take(own, control('resume'), who).task.desired_state).toBe('running');
    const both = take(own, control('pause', { message: 'wait for me' })).task;
    expect(refused(both, control('resume'), who).code).toBe('conflict');
  });
});

it('somebody at another terminal resumes without saying who they are', () => {
  const task = take(held(), control('stop')).task;
  const elsewhere = by({ actor: 'eve@here:8', process: { ...harness, pid: 8 } });
  expect(take(task, control('resume'), elsewhere).task.desired_state).toBe('running');
});

it('a resume that waited lifts no halt that was asked for after it', () => {
  const waits = take(take(held(), control('pause')).task, control('resume', { when: 'boundary' })).task;
  const task = take(waits, control('pause', { message: 'no, wait' }), by({ now: start + 1 })).task;
  const after = take(task, { type: 'boundary' }, agent('ada', { now: start + 2 }));
  expect(after.task).toMatchObject({ desired_state: 'paused', inbox: [] });
  expect(typesOf(after.events)).not.toContain('resume_started');
});

const word = (id: string) =>
  ({
    type: 'evidence',
    evidence: { id, criterion: 1, kind: 'attest', by: '', at: '', passed: true, statement: 'seen' },
  }) as const;

describe('the word of a second agent', () => {
  it('is not taken from the process of a worker under another name, also after its lease has ended', () => {
    const released = take(held(), { type: 'release_lease' }, agent('ada')).task;
    const next = take(
      released,
      { type: 'continue', lease: { ...leaseOf('cleo'), process: { ...harness, pid: 9 } }, takeOver: false, wakes: [] },
      by({ actor: 'cleo' }),
    ).task;
    for (const task of [held(), released, next]) {
      const { code, message } = refused(task, word('e1'), by({ actor: 'bert', process: { ...harness } }));
      expect([code, message]).toEqual(['conflict', expect.stringContaining('comes from the process that worked on')]);
    }
  });

  it('is taken from another process, and from a person at the terminal of the worker', () => {
    const others = [
      by({ actor: 'bert', process: { ...harness, started_at: 'one' } }),
      by({ actor: 'owner', process: harness }),
    ];
    for (const who of others) {
      expect(take(held(), word('e1'), who).task.evidence).toMatchObject([{ by: who.actor }]);
    }
  });

  it('is kept as the worker’s, and counts for nothing, where that says so itself', () => {
    const task = take(held(), word('e1'), by({ actor: 'ada', process: harness })).task;
    expect(takeAll(task, []).evidence).toMatchObject([{ by: 'ada' }]);
    expect(refused(task, { type: 'complete' }, agent('ada')).code).toBe('gate_open');
  });
});
