import type { Task } from '@perdure/contract';
import { displayState, leaseState } from '@perdure/tasks';
import { describe, expect, it } from 'vitest';
import {
  agent,
  by,
  control,
  evidence,
  hour,
  leaseOf,
  minute,
  newTask,
  refused,
  start,
  take,
  takeAll,
  typesOf,
} from './fixtures.ts';

const progress = { type: 'progress', message: 'a step' } as const;
const ada = () => newTask({}, leaseOf('ada'));

describe('a living lease', () => {
  it('refuses the write of everybody else and says who is at work until when', () => {
    const refusal = refused(ada(), progress, by());
    expect(refusal.code).toBe('lease_held');
    expect(refusal.message).toContain('ada is at work on task release-1 until 2026-01-02T03:20:35.678Z');
    expect(refused(ada(), progress, agent('bob')).code).toBe('lease_held');
  });

  it('is not in the way of controls, of the owner’s notes for the log, and of somebody’s word', () => {
    const task = newTask({ done_criteria: ['it works'], acceptance: 'human' }, leaseOf('ada'));
    expect(take(task, control('pause')).task.desired_state).toBe('paused');
    expect(typesOf(take(task, { type: 'event', name: 'seen', details: {} }).events)).toEqual(['noted']);
    expect(refused(task, { type: 'event', name: 'seen', details: {} }, by({ actor: 'bob' })).code).toBe('lease_held');
    expect(typesOf(take(task, evidence({ id: 'e1', kind: 'attest' })).events)).toEqual(['evidence_recorded']);
    expect(refused(task, evidence({ id: 'e2' })).code).toBe('lease_held');
  });

  it('is renewed by writes, with an event of its own only once a tenth of its time is over', () => {
    const early = take(ada(), progress, agent('ada', { now: start + minute }));
    expect(typesOf(early.events)).toEqual(['status_reported']);
    const late = take(early.task, { type: 'boundary' }, agent('ada', { now: start + 8 * minute }));
    expect(typesOf(late.events)).toEqual(['lease_renewed']);
    expect(late.task.lease?.expires_at).toBe('2026-01-02T03:28:35.678Z');
  });

  it('lasts after every write as long as it was taken for, whether or not the write renewed it', () => {
    const lasts = 4 * hour;
    let task = newTask({}, leaseOf('ada', lasts));
    let renewals = 0;
    for (let now = start; now < start + 3 * lasts; now += 7 * minute) {
      const written = take(task, progress, agent('ada', { now }));
      renewals += written.events.length - 1;
      task = written.task;
      expect(leaseState(task.lease, now + lasts - 1)).toBe('alive');
      expect(leaseState(task.lease, now + lasts * 1.1)).toBe('expired');
    }
    // Three times as long as it lasts, a tenth each.
    expect(renewals).toBeLessThanOrEqual(30);
  });

  it('is not taken over, asked for or not', () => {
    for (const takeOver of [false, true]) {
      const refusal = refused(ada(), { type: 'take_lease', lease: leaseOf('bob'), takeOver }, agent('bob'));
      expect(refusal).toMatchObject({ code: 'lease_held', details: { holder: 'ada', reason: 'held' } });
    }
  });

  it('is renewed for the same token without a new attempt', () => {
    const again = take(ada(), { type: 'take_lease', lease: leaseOf('ada'), takeOver: false }, agent('ada')).task;
    expect(again.lease).toMatchObject({ attempt: 1, fence: 1 });
  });

  it('lets its holder start anew under a new token, as another attempt', () => {
    const lease = { holder: 'ada', tokenHash: 'token-new', ttlMs: hour };
    const again = take(ada(), { type: 'take_lease', lease, takeOver: false }, agent('ada')).task;
    expect(again.lease).toMatchObject({ attempt: 2, fence: 2, token_hash: 'token-new' });
    expect(refused(again, progress, agent('ada')).code).toBe('lease_held');
  });
});

describe('work that takes long', () => {
  const renew = { type: 'renew_lease' } as const;

  it('renews the lease of its holder and nobody else’s, and applies nothing', () => {
    const task = take(ada(), control('pause', { when: 'boundary' })).task;
    const renewed = take(task, renew, agent('ada', { now: start + 5 * minute }));
    expect(typesOf(renewed.events)).toEqual(['lease_renewed']);
    expect(renewed.task.lease?.expires_at).toBe('2026-01-02T03:25:35.678Z');
    expect(refused(task, renew, agent('bob')).code).toBe('lease_held');
  });
});

describe('a lease that was taken before the clock was set back', () => {
  const earlier = start - 24 * hour;

  it('is expired: another takes it over at once', () => {
    expect(displayState(ada(), earlier)).toBe('interrupted');
    const asked = { type: 'take_lease', lease: leaseOf('bob'), takeOver: true } as const;
    expect(take(ada(), asked, agent('bob', { now: earlier })).task.lease).toMatchObject({ holder: 'bob' });
  });

  it('is its holder’s as long as nobody did, and as long as usual after the next write', () => {
    const late = take(ada(), progress, agent('ada', { now: earlier })).task;
    expect(late.lease?.expires_at).toBe('2026-01-01T03:20:35.678Z');
    expect(displayState(late, earlier)).toBe('running');
  });
});

describe('an expired lease', () => {
  const later = { now: start + hour };

  it('shows a running task as interrupted and never as running', () => {
    expect(displayState(ada(), start)).toBe('running');
    expect(displayState(ada(), start + 17 * minute)).toBe('interrupted');
    expect(displayState(take(ada(), control('pause')).task, start + hour)).toBe('paused');
  });

  it('is taken over only by somebody who says so, who becomes the next attempt with the next fence', () => {
    const asked = { type: 'take_lease', lease: leaseOf('bob'), takeOver: false } as const;
    const refusal = refused(ada(), asked, by(later));
    expect(refusal.message).toContain('--take-over');
    const taken = take(ada(), { ...asked, takeOver: true }, by(later)).task;
    expect(taken.lease).toMatchObject({ holder: 'bob', attempt: 2, fence: 2 });
  });

  it('refuses the thawed holder’s write once another has taken over', () => {
    const taken = take(ada(), { type: 'take_lease', lease: leaseOf('bob'), takeOver: true }, by(later)).task;
    const refusal = refused(taken, progress, agent('ada', later));
    expect(refusal).toMatchObject({ code: 'lease_held', details: { reason: 'superseded', holder: 'bob', fence: 2 } });
    expect(refusal.message).toContain('bob has taken task release-1 over from you');
    const bobIsGone = agent('ada', { now: start + 3 * hour });
    expect(refused(taken, progress, bobIsGone).details).toMatchObject({ reason: 'ended' });
  });

  it('that its holder took anew, however often and from wherever, is named to it as the older one', () => {
    const anew = (task: Task, tokenHash: string, before: string) => {
      const lease = { holder: `shell of ${tokenHash}`, tokenHash, ttlMs: hour };
      return take(task, { type: 'take_lease', lease, takeOver: true }, by({ ...later, tokenHash: before })).task;
    };
    const again = anew(anew(ada(), 'second', 'token-ada'), 'third', 'second');
    for (const older of ['token-ada', 'second']) {
      const refusal = refused(again, progress, by({ ...later, actor: 'another shell', tokenHash: older }));
      expect(refusal).toMatchObject({
        details: { reason: 'newer' },
        message: expect.stringContaining('a newer lease'),
      });
    }
    const taken = anew(take(again, { type: 'release_lease' }, by({ ...later, tokenHash: 'third' })).task, 'bob', '');
    const stale = refused(taken, progress, by({ ...later, tokenHash: 'third' }));
    expect(stale.details).toMatchObject({ reason: 'superseded' });
  });

  it('is still its holder’s while nobody took over: a late write renews it', () => {
    const late = take(ada(), progress, agent('ada', later));
    expect(typesOf(late.events)).toEqual(['status_reported', 'lease_renewed']);
    expect(displayState(late.task, later.now)).toBe('running');
  });

  it('lets a writer without a lease write, as there is nobody to disturb', () => {
    expect(take(ada(), progress, by(later)).task.lease?.holder).toBe('ada');
  });

  it('is not released by somebody else', () => {
    expect(refused(ada(), { type: 'release_lease' }, by(later)).code).toBe('lease_held');
  });
});

describe('a lease that a person breaks', () => {
  const breaking = { type: 'break_lease', reason: 'its terminal is gone' } as const;

  it('is free at once, and its holder is told that it has ended', () => {
    const free = take(ada(), breaking, by({ actor: 'human:eve' })).task;
    expect(displayState(free, start)).toBe('interrupted');
    const taken = take(free, { type: 'take_lease', lease: leaseOf('bob'), takeOver: false }, agent('bob')).task;
    expect(taken.lease).toMatchObject({ holder: 'bob', fence: 2 });
    expect(refused(free, progress, agent('ada')).details).toEqual({ reason: 'ended' });
  });

  it('is not broken by an agent, and is not there to be broken when nobody holds it', () => {
    expect(refused(ada(), breaking, by({ actor: 'bob' })).code).toBe('lease_held');
    expect(take(newTask(), breaking, by({ actor: 'owner' })).events).toEqual([]);
  });

  it('leaves an action that was started as one whose end nobody saw', () => {
    const begun = take(ada(), { type: 'start_action', actionId: 'send', summary: 'mail' }, agent('ada')).task;
    const free = take(begun, breaking, by({ actor: 'owner' })).task;
    const looked = take(free, { type: 'reconcile', reason: 'look' }).task;
    expect(looked.action_states['send']?.status).toBe('unknown');
  });
});

describe('a released lease', () => {
  it('is free for anybody, and its numbers are never counted again', () => {
    const free = take(ada(), { type: 'release_lease' }, agent('ada')).task;
    const taken = take(free, { type: 'take_lease', lease: leaseOf('bob'), takeOver: false }, agent('bob')).task;
    expect(taken.lease).toMatchObject({ holder: 'bob', attempt: 2, fence: 2 });
  });

  it('is dead for its old holder', () => {
    const free = take(ada(), { type: 'release_lease' }, agent('ada')).task;
    expect(refused(free, progress, agent('ada')).code).toBe('lease_held');
  });

  it('does not refuse a writer that names none, and one that names a foreign one is told so', () => {
    const free = take(ada(), { type: 'release_lease' }, agent('ada')).task;
    expect(take(free, progress).events).toHaveLength(1);
    expect(refused(free, progress, agent('bob')).details).toEqual({ reason: 'unknown' });
  });

  it('of a closed task is in nobody’s way: what is said is that the task is closed, and reopen needs no lease', () => {
    const done = take(ada(), { type: 'complete' }, agent('ada')).task;
    expect(refused(done, progress, agent('ada')).code).toBe('conflict');
    expect(take(done, { type: 'reopen', reason: 'more' }, agent('ada')).task.desired_state).toBe('running');
    for (const name of ['ada', 'bob']) {
      const refusal = refused(done, { type: 'event', name: 'seen', details: {} }, agent(name));
      expect(refusal).toMatchObject({ code: 'lease_held', details: { reason: 'closed' } });
      expect(refusal.message).not.toContain('continue');
    }
  });

  it('ends with the task', () => {
    const done = take(ada(), { type: 'complete' }, agent('ada')).task;
    expect(done.lease?.token_hash).toBe('');
    const open = takeAll(done, [{ type: 'reopen', reason: 'more' }, progress]);
    expect(open.desired_state).toBe('running');
  });
});

describe('a revision', () => {
  it('that is not the newest is refused with both, whatever the command', () => {
    const task = takeAll(newTask(), [progress, progress]);
    const refusal = refused(task, progress, by({ revision: 2 }));
    expect(refusal).toMatchObject({ code: 'conflict', details: { seen: 2, now: 3 } });
    expect(refused(task, control('stop'), by({ revision: 1 })).code).toBe('conflict');
  });
});
