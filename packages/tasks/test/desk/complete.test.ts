import { describe, expect, it } from 'vitest';
import { completeTask, type ReverifyStep } from '../../src/desk/complete.ts';
import { verify } from '../../src/desk/verify.ts';
import { check, create, openDesk, proveStale, taskId, typesOf } from './support.ts';

const place = { within: 'anywhere', folder: '/elsewhere' } as const;

describe('complete', () => {
  it('closes a task whose proofs hold', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    await verify(desk, holder, check);
    const outcome = await completeTask(desk, holder, { taskId, summary: 'out' });
    expect(outcome).toMatchObject({ kind: 'completed', task: { desired_state: 'completed' } });
  });

  it('names what is missing, and records what is stale', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    const open = await completeTask(desk, holder, { taskId });
    expect(open).toMatchObject({ kind: 'gate_open', gaps: [{ problem: 'no_evidence' }] });
    await proveStale(desk, holder);
    const stale = await completeTask(desk, holder, { taskId });
    expect(stale).toMatchObject({ kind: 'gate_open', gaps: [{ problem: 'void' }], refusal: { code: 'gate_open' } });
    expect(await typesOf(desk)).toContain('evidence_voided');
  });

  it('runs void checks again if asked, tells of each, and stops at nothing that fails', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    await proveStale(desk, holder);
    const steps: ReverifyStep[] = [];
    const reverify = { timeoutMs: 5, place, onCheck: (step: ReverifyStep) => void steps.push(step) };
    desk.setPasses(false);
    const failed = await completeTask(desk, holder, { taskId, reverify });
    expect(failed).toMatchObject({ kind: 'gate_open', gaps: [{ problem: 'failed' }] });
    expect(desk.runs.at(-1)).toEqual({ command: ['npm', 'test'], cwd: '/elsewhere', paths: [], timeoutMs: 5 });
    expect(steps).toMatchObject([{ kind: 'begins' }, { kind: 'recorded', evidence: { passed: false } }]);
    // A check that failed is not void: it is not run again unasked.
    expect(await completeTask(desk, holder, { taskId, reverify })).toMatchObject({ kind: 'gate_open' });
    expect(desk.runs).toHaveLength(2);
  });

  it('asks for revision, state and lease before it writes or runs anything', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    await proveStale(desk, holder);
    const before = await typesOf(desk);
    const request = { taskId, reverify: { timeoutMs: 5, place } };
    expect(await completeTask(desk, { name: 'bob' }, request)).toMatchObject({ code: 'lease_held' });
    const stale = await completeTask(desk, { ...holder, revision: 2 }, request);
    expect(stale).toMatchObject({ code: 'conflict', details: { changed: [{ type: 'evidence_recorded' }] } });
    const stop = { type: 'control', controlId: 'c', intent: 'stop', message: '', when: 'now' } as const;
    await desk.store.apply(taskId, stop, { now: desk.now(), actor: 'owner', revision: 'latest' });
    expect(await completeTask(desk, holder, request)).toMatchObject({ code: 'conflict' });
    expect(desk.runs).toHaveLength(1);
    expect((await typesOf(desk)).slice(0, before.length)).toEqual(before);
    expect(await typesOf(desk)).not.toContain('evidence_voided');
  });

  it('neither passes nor voids what cannot be compared just now, and passes once it can', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    const outcome = await verify(desk, holder, check);
    if (outcome.kind !== 'recorded') throw new Error(outcome.kind);
    desk.setUnclear([outcome.evidence.id]);
    const open = await completeTask(desk, holder, { taskId });
    expect(open).toMatchObject({ kind: 'gate_open', gaps: [{ problem: 'uncompared' }] });
    expect(await typesOf(desk)).not.toContain('evidence_voided');
    desk.setUnclear([]);
    expect(await completeTask(desk, holder, { taskId })).toMatchObject({ kind: 'completed', task: { override: null } });
  });

  it('by force records that, also where all that was missing could only not be compared', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    const outcome = await verify(desk, holder, check);
    if (outcome.kind !== 'recorded') throw new Error(outcome.kind);
    desk.setUnclear([outcome.evidence.id]);
    const forced = await completeTask(desk, holder, { taskId, override: 'no git here' });
    expect(forced).toMatchObject({ kind: 'completed', task: { override: { reason: 'no git here' } } });
  });

  it('goes through by force, stale evidence or not', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    await proveStale(desk, holder);
    const outcome = await completeTask(desk, holder, { taskId, override: 'the customer took it' });
    expect(outcome).toMatchObject({ kind: 'completed', task: { override: { reason: 'the customer took it' } } });
  });
});
