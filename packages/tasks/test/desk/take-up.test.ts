import { describe, expect, it } from 'vitest';
import { reportAndPassBoundary } from '../../src/desk/boundary.ts';
import { continueTask } from '../../src/desk/continue.ts';
import { createTask } from '../../src/desk/create.ts';
import { forgetHandOvers } from '../../src/desk/hand-over.ts';
import { showTask } from '../../src/desk/show.ts';
import { takeUp } from '../../src/desk/take-up.ts';
import { writeTask } from '../../src/desk/write.ts';
import { create, openDesk, proveStale, taskId, typesOf, type Desk } from './support.ts';

const ready = { taskId, wakes: ['paused', 'stopped'], takeOver: false } as const;
const progress = { taskId, command: { type: 'progress', message: 'a step' } } as const;

async function createFree(desk: Desk, id: string, project: string): Promise<void> {
  const fields = { title: id, goal: 'Ship it', project };
  await createTask(desk, {}, { taskId: id, fields, takesLease: false });
}

describe('taking up', () => {
  it('keeps the holder’s lease or replaces it, as was asked, and a replaced one is worth nothing', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    const kept = await takeUp(desk, holder, { ...ready, ownLease: 'kept' });
    expect(kept).toMatchObject({ kind: 'taken_up', token: holder.lease });
    const replaced = await takeUp(desk, holder, { ...ready, ownLease: 'replaced' });
    if (replaced.kind !== 'taken_up') throw new Error(replaced.kind);
    expect(replaced.token).not.toBe(holder.lease);
    expect(await writeTask(desk, holder, progress)).toMatchObject({ code: 'lease_held' });
    expect(await writeTask(desk, { ...holder, lease: replaced.token }, progress)).toMatchObject({ kind: 'written' });
  });

  it('records what is stale, and leaves hand-overs in the queue until they were told', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    const id = await proveStale(desk, holder);
    const full = await reportAndPassBoundary(desk, holder, { taskId, percent: 60 });
    expect(full.kind).toBe('handed_over');
    const taken = await takeUp(desk, { name: 'bob' }, { ...ready, ownLease: 'kept' });
    expect(taken).toMatchObject({ kind: 'taken_up', promotedFrom: 'paused', stale: [id] });
    expect(await typesOf(desk)).toContain('evidence_voided');
    if (taken.kind !== 'taken_up') throw new Error(taken.kind);
    expect(taken.handOvers).toEqual(await desk.store.resumeQueue.list());
    expect(taken.handOvers).toHaveLength(1);
    await forgetHandOvers(desk, taken.handOvers);
    expect(await desk.store.resumeQueue.list()).toEqual([]);
  });

  it('is held up by an action whose end nobody saw, and gives no lease', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    await writeTask(desk, holder, { taskId, command: { type: 'start_action', actionId: 'mail' } });
    desk.pass(20 * 60_000);
    const held = await takeUp(desk, { name: 'bob' }, { ...ready, takeOver: true, ownLease: 'kept' });
    expect(held).toMatchObject({ kind: 'held_up', keepsLease: false, classification: { action: 'reconcile_first' } });
  });
});

describe('continue', () => {
  const request = {
    id: undefined,
    folder: '/projects/release',
    isUnattended: false,
    takesOver: true,
    isDryRun: false,
    ownLease: 'replaced',
  } as const;

  it('finds nothing where there is nothing, and names the nearest of another project', async () => {
    const desk = await openDesk();
    expect(await continueTask(desk, {}, request)).toEqual({ kind: 'none', nearest: undefined });
    await createFree(desk, 'other', '/elsewhere');
    expect(await continueTask(desk, {}, request)).toMatchObject({ kind: 'none', nearest: { task_id: 'other' } });
    expect(await continueTask(desk, {}, { ...request, id: 'nowhere' })).toMatchObject({ code: 'not_found' });
  });

  it('at a task where somebody is at work names one that is free, else is refused by the lease', async () => {
    const desk = await openDesk();
    await create(desk);
    const named = { ...request, id: taskId };
    expect(await continueTask(desk, { name: 'bob' }, named)).toMatchObject({ code: 'lease_held' });
    desk.pass(-1000);
    await createFree(desk, 'free', '/projects/release');
    desk.pass(1000);
    const busy = await continueTask(desk, { name: 'bob' }, request);
    expect(busy).toMatchObject({ kind: 'busy', task: { task_id: taskId }, free: { task_id: 'free' } });
  });

  it('as a dry run writes nothing, and tells of stale evidence as void', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    await proveStale(desk, holder);
    const before = await typesOf(desk);
    const seen = await continueTask(desk, holder, { ...request, isDryRun: true });
    expect(seen).toMatchObject({ kind: 'looked_at', classification: { action: 'resume_main_flow' } });
    expect(seen.kind === 'looked_at' && seen.task.evidence[0]?.void_since).toEqual(expect.any(String));
    expect(await typesOf(desk)).toEqual(before);
  });
});

describe('show', () => {
  it('tells of stale evidence as void, writes nothing, and takes it back when the edit is', async () => {
    const desk = await openDesk();
    const id = await proveStale(desk, await create(desk));
    const before = await typesOf(desk);
    const shown = await showTask(desk, { taskId });
    expect(shown).toMatchObject({ kind: 'shown', stale: [id] });
    desk.setStale([]);
    const again = await showTask(desk, { taskId });
    expect(again.kind === 'shown' && again.task.evidence[0]?.void_since).toBeUndefined();
    expect(await typesOf(desk)).toEqual(before);
    expect(await showTask(desk, { taskId: 'nowhere' })).toMatchObject({ code: 'not_found' });
  });
});
