import { isFinished, nextRunStatus, runStatuses, type RunStatus } from '@perdure/contract';
import * as fc from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { describe, expect, it } from 'vitest';
import { takeUp } from '../../src/decide/take-up.ts';
import { handedOver, type PendingOrder, type RunState } from '../../src/record/record.ts';
import { aRun, inbox, start } from './builders.ts';

fc.configureGlobal({ seed: propertySeed(20_261_130) });

const hour = 3_600_000;
const error = { code: 'step_failed', message: 'no' } as const;

/** Taken up an hour after the run was made. */
function takenUp(run: RunState, orders: readonly PendingOrder[] = [], at = start + hour) {
  const taken = takeUp(run, orders, { at, progress: () => ({ seq: 7, turns: 3 }) });
  if (taken.kind === 'none') throw new Error('there was nothing to drive');
  return taken;
}

function isLeft(run: RunState, orders: readonly PendingOrder[] = []): boolean {
  return takeUp(run, orders, { at: start + hour, progress: () => ({ seq: 0, turns: 0 }) }).kind === 'none';
}

const unfinished = runStatuses.filter((status) => !isFinished(status));

describe('a drive that begins', () => {
  it.each(runStatuses.filter(isFinished))('finds nothing to do in a run that is %s, whatever was ordered', (status) => {
    expect(isLeft(aRun({ status }))).toBe(true);
    expect(isLeft(aRun({ status }), inbox('resume', 'cancel', 'pause'))).toBe(true);
  });

  it.each([
    ['queued', 'running'],
    ['running', 'running'],
    ['waiting', 'running'],
    ['undoing', 'undoing'],
  ] as const)('makes a %s run %s and leaves its orders to the drive', (status, after) => {
    const taken = takenUp(aRun({ status }), inbox('pause', 'resume', 'cancel'));
    expect(taken.run.status).toBe(after);
    expect(taken.consumed).toEqual([]);
  });

  it.each(unfinished)(
    'R1: raises the fence of a %s run by one and counts the drive as one without a commit',
    (status) => {
      const { run } = takenUp(aRun({ status, fence: 4 }), inbox('resume'));
      expect(run.fence).toBe(5);
      expect(run.updatedAt).toBe(start + hour);
      expect(takenUp(aRun({ status, barrenDrives: 3 }), inbox('resume')).run.barrenDrives).toBe(
        isStopped(status) ? 1 : 4,
      );
    },
  );

  it('R7: counts a drive that held its worker up as four without a commit', () => {
    const options = { at: start, progress: () => ({ seq: 0, turns: 0 }), wasStuck: true };
    expect(takeUp(aRun({ status: 'running', barrenDrives: 1 }), [], options)).toMatchObject({
      run: { barrenDrives: 5 },
    });
    expect(takeUp(aRun({ status: 'paused', barrenDrives: 1 }), inbox('resume'), options)).toMatchObject({
      run: { barrenDrives: 1 },
    });
  });

  it.each(unfinished)('counts the time since the last change as idle, whatever the run did: %s', (status) => {
    const { run } = takenUp(aRun({ status, idleMs: 5 }), inbox('resume'));
    expect(run.idleMs).toBe(5 + hour);
  });

  it('takes off what the clock went back, so that the work before keeps its length', () => {
    expect(takenUp(aRun({ status: 'waiting', idleMs: 5 }), [], start - 9).run.idleMs).toBe(-4);
  });

  it('tells of a start once: the first drive of all, and not the first after a retry', () => {
    expect(takenUp(aRun({ fence: 0 })).events).toEqual([{ type: 'run.started', data: {} }]);
    expect(takenUp(aRun({ fence: 1 })).events).toEqual([]);
    expect(takenUp(aRun({ status: 'waiting' })).events).toEqual([]);
  });

  it.each(['running', 'undoing'] as const)(
    'takes a %s run over from a driver that was lost, and tells for how long',
    (status) => {
      const taken = takenUp(aRun({ status, recoveries: 2 }));
      expect(taken.events).toEqual([{ type: 'run.recovered', data: { downMs: hour } }]);
      expect(taken.run.recoveries).toBe(3);
      expect(taken.run.idleMs).toBe(aRun({ status }).idleMs + hour);
      expect(takenUp(aRun({ status }), [], start - 1).events).toEqual([{ type: 'run.recovered', data: { downMs: 0 } }]);
    },
  );

  it.each(['running', 'undoing'] as const)(
    'goes on with a %s run that was given back, and tells of no loss',
    (status) => {
      const { run, events } = takenUp(aRun({ status, recoveries: 2, barrenDrives: handedOver }));
      expect(events).toEqual([]);
      expect(run).toMatchObject({ recoveries: 2, barrenDrives: 1 });
    },
  );

  it.each(['queued', 'waiting', 'paused', 'needs_attention'] as const)('counts no recovery of a %s run', (status) => {
    expect(takenUp(aRun({ status, recoveries: 2 }), inbox('resume')).run.recoveries).toBe(2);
  });

  it('changes nothing else of a run: not its error, its wait, nor what counts for its budget', () => {
    const cleared = { seq: 1, turns: 1, tokens: 1, activeMs: 1 };
    const run = aRun({
      status: 'waiting',
      error,
      failedKey: 'k',
      cleared,
      waitBefore: { kind: 'timer', wakeAt: start },
    });
    expect(takenUp(run).run).toEqual({
      ...run,
      status: 'running',
      fence: 2,
      barrenDrives: 1,
      idleMs: hour,
      updatedAt: start + hour,
    });
  });
});

const isStopped = (status: RunStatus): boolean => status === 'paused' || status === 'needs_attention';

describe.each(['paused', 'needs_attention'] as const)('a run that is %s', (status) => {
  it('rests without an order', () => {
    expect(isLeft(aRun({ status }))).toBe(true);
  });

  it('goes on by a resume, which has had its effect, and tells so', () => {
    const taken = takenUp(aRun({ status }), inbox('resume'));
    expect(taken.run.status).toBe('running');
    expect(taken.consumed).toEqual(['resume-1']);
    expect(taken.events).toEqual([{ type: 'run.resumed', data: {} }]);
  });

  it('drops a pause that met it at rest, and stays as it is', () => {
    const taken = takenUp(aRun({ status, barrenDrives: 3, error, failedKey: 'k' }), inbox('pause', 'pause'));
    expect(taken.run).toMatchObject({ status, barrenDrives: 3, error, failedKey: 'k' });
    expect(taken.consumed).toEqual(['pause-1', 'pause-2']);
    expect(taken.events).toEqual([]);
  });

  it('is taken up for a cancel without a word, and leaves the cancel to the drive', () => {
    const taken = takenUp(aRun({ status }), inbox('cancel'));
    expect(taken.run).toMatchObject({ status: 'running', barrenDrives: 1 });
    expect(taken.consumed).toEqual([]);
    expect(taken.events).toEqual([]);
  });

  it('drops a pause beside a cancel', () => {
    expect(takenUp(aRun({ status }), inbox('pause', 'cancel')).consumed).toEqual(['pause-1']);
    expect(takenUp(aRun({ status }), inbox('cancel', 'pause')).consumed).toEqual(['pause-2']);
  });

  it('goes on by the newest of several resumes, which answers all that came before it but a cancel', () => {
    const orders = inbox('pause', 'resume', 'cancel', 'pause', 'resume');
    expect(takenUp(aRun({ status }), orders).consumed).toEqual(['pause-1', 'resume-2', 'pause-4', 'resume-5']);
  });

  it('is paused again by what was ordered after the resume', () => {
    const taken = takenUp(aRun({ status }), inbox('resume', 'pause'));
    expect(taken.run.status).toBe('running');
    expect(taken.consumed).toEqual(['resume-1']);
  });

  it('forgets why it stopped when it goes on', () => {
    for (const order of ['resume', 'cancel'] as const) {
      const { run } = takenUp(aRun({ status, error, failedKey: 'k' }), inbox(order));
      expect(run).toMatchObject({ error: null, failedKey: null });
    }
  });

  it('does not forget what it is to be undone for', () => {
    const run = aRun({ status, error, failedKey: 'k', undoOutcome: 'failed' });
    expect(takenUp(run, inbox('resume')).run).toMatchObject({ error, failedKey: 'k', undoOutcome: 'failed' });
  });
});

const workOf = ({ updatedAt, createdAt, idleMs }: RunState): number => updatedAt - createdAt - idleMs;

const unasked = (): never => {
  throw new Error('asked');
};

describe('what a run has used so far', () => {
  const used = { tokens: 50, createdAt: start - hour, idleMs: 10 };

  it.each(['resume', 'cancel'] as const)('no longer counts when a %s lets it go on that needed attention', (order) => {
    const { run } = takenUp(aRun({ status: 'needs_attention', ...used }), inbox(order));
    // Of two hours one was spent at rest, and ten milliseconds before.
    expect(run.cleared).toEqual({ seq: 7, turns: 3, tokens: 50, activeMs: hour - 10 });
  });

  it('is counted up to the moment at which the run stopped, also where the clock went back', () => {
    const run = aRun({ status: 'needs_attention', ...used, updatedAt: start + hour });
    expect(takenUp(run, inbox('resume'), start).run.cleared?.activeMs).toBe(2 * hour - 10);
  });

  it('goes on to count while nobody lets it go on', () => {
    const taken = takeUp(aRun({ status: 'needs_attention', ...used }), inbox('pause'), {
      at: start,
      progress: unasked,
    });
    expect(taken).toMatchObject({ kind: 'taken', run: { cleared: null } });
  });

  it.each(unfinished.filter((status) => status !== 'needs_attention'))(
    'is not asked for where a run is %s',
    (status) => {
      const cleared = { seq: 1, turns: 1, tokens: 1, activeMs: 1 };
      const taken = takeUp(aRun({ status, cleared }), inbox('resume'), { at: start, progress: unasked });
      expect(taken).toMatchObject({ run: { cleared } });
    },
  );
});

const taking = (run: RunState, orders: readonly PendingOrder[], ms: number) =>
  takeUp(run, orders, { at: start + ms, progress: () => ({ seq: 0, turns: 0 }) });

describe('whatever the run and its inbox', () => {
  const anyRun = fc.record({
    status: fc.constantFrom(...runStatuses),
    fence: fc.nat(5),
    barrenDrives: fc.nat(12),
    recoveries: fc.nat(3),
    idleMs: fc.nat(1_000),
    undoOutcome: fc.constantFrom(null, 'failed', 'cancelled'),
  });
  const anyInbox = fc.array(fc.constantFrom<PendingOrder['kind']>('pause', 'resume', 'cancel'), { maxLength: 5 });
  const anyCase = [
    anyRun.map((run) => aRun(run)),
    anyInbox.map((kinds) => inbox(...kinds)),
    fc.integer({ min: -9, max: 9 }),
  ] as const;

  it('a take-up goes along arrows of the transition table: drive, resume and drive, or none', () => {
    fc.assert(
      fc.property(...anyCase, (run, orders, ms) => {
        const taken = taking(run, orders, ms);
        if (taken.kind === 'none' || taken.run.status === run.status) return;
        const resumed = nextRunStatus(run.status, 'resume') ?? run.status;
        expect(taken.run.status).toBe(nextRunStatus(resumed, 'drive'));
      }),
    );
  });

  it('R1: a run that is taken up has a fence higher by one, and has worked as long as before', () => {
    fc.assert(
      fc.property(...anyCase, (run, orders, ms) => {
        const taken = taking(run, orders, ms);
        if (taken.kind === 'none') return;
        expect(taken.run.fence).toBe(run.fence + 1);
        expect(workOf(taken.run)).toBe(workOf(run));
      }),
    );
  });

  it('a take-up consumes only orders that were open, each once, and never a cancel', () => {
    fc.assert(
      fc.property(...anyCase, (run, orders, ms) => {
        const taken = taking(run, orders, ms);
        if (taken.kind === 'none') return;
        const open = orders.filter(({ kind }) => kind !== 'cancel').map(({ id }) => id);
        expect(open).toEqual(expect.arrayContaining([...taken.consumed]));
        expect(new Set(taken.consumed).size).toBe(taken.consumed.length);
      }),
    );
  });

  it('a run with an open order is left alone only if it has ended', () => {
    fc.assert(
      fc.property(...anyCase, (run, orders, ms) => {
        fc.pre(orders.length > 0);
        expect(taking(run, orders, ms).kind === 'none').toBe(isFinished(run.status));
      }),
    );
  });
});
