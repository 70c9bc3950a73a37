import { describe, expect, it } from 'vitest';
import { assignLane } from '../../src/desk/lane-assign.ts';
import { decideLane } from '../../src/desk/lane-decide.ts';
import { expireLanes, laneExpiry } from '../../src/desk/lane-expire.ts';
import { lookAtLanes, returnedWords, showLane } from '../../src/desk/lane-look.ts';
import { ingestReturn, settleReturn } from '../../src/desk/lane-return.ts';
import { minute } from '../core/fixtures.ts';
import { returnText } from '../core/lane-support.ts';
import { create, openDesk, taskId, typesOf } from './support.ts';

async function withLane() {
  const desk = await openDesk();
  const holder = await create(desk);
  const lane = { goal: 'Write the guide', minutes: 30 };
  const assigned = await assignLane(desk, holder, { taskId, line: 'docs', lane });
  if (assigned.kind === 'refused') throw new Error(assigned.message);
  return { desk, holder, assigned };
}

const worker = { name: 'worker-1' };

describe('lanes', () => {
  it('are given by the holder of the lease, once', async () => {
    const { desk, holder, assigned } = await withLane();
    expect(assigned).toMatchObject({ isNew: true, lane: { status: 'assigned', owner: 'worker' } });
    const again = { taskId, line: 'docs', lane: { goal: 'Write the guide', minutes: 30 } };
    expect(await assignLane(desk, holder, again)).toMatchObject({ kind: 'assigned', isNew: false });
    expect(await assignLane(desk, worker, again)).toMatchObject({ code: 'lease_held' });
  });

  it('take what a worker without a lease returns, and show its words', async () => {
    const { desk } = await withLane();
    const outcome = await ingestReturn(desk, worker, { taskId, text: returnText() });
    expect(outcome).toMatchObject({ kind: 'ingested', isNew: true, standing: { class: 'attention' } });
    expect(await showLane(desk, { taskId, line: 'docs' })).toMatchObject({
      standing: { lane: { status: 'autopilot' } },
      body: expect.stringContaining('First half') as string,
      brief: expect.stringContaining('Write the guide') as string,
    });
    const again = await ingestReturn(desk, worker, { taskId, text: returnText() });
    expect(again).toMatchObject({ kind: 'ingested', isNew: false });
  });

  it('39: write nothing of what is no return', async () => {
    const { desk } = await withLane();
    const before = await typesOf(desk);
    for (const changes of [{ tag: '' }, { task_id: 'other' }, { goal_status: 'good' }, { next_role: 'boss' }]) {
      const outcome = await ingestReturn(desk, worker, { taskId, text: returnText(changes) });
      expect(outcome).toMatchObject({ kind: 'refused', code: 'invalid_input' });
    }
    expect(await typesOf(desk)).toEqual(before);
  });

  it('keep a late return with its words, and let a controller adopt it', async () => {
    const { desk, holder } = await withLane();
    desk.pass(31 * minute);
    // The lease of the controller has expired meanwhile, which is in nobody's way here.
    const late = await ingestReturn(desk, worker, { taskId, text: returnText() });
    if (late.kind !== 'quarantined') throw new Error(late.kind);
    expect(late.kept).toMatchObject({ why: 'expired', by: 'worker-1' });
    expect(await returnedWords(desk.store, taskId, late.kept.seq)).toContain('First half');
    const settled = await settleReturn(desk, holder, { taskId, id: late.kept.id, how: 'adopted', note: 'it is good' });
    expect(settled).toMatchObject({ kind: 'settled', lane: { status: 'autopilot' }, task: { quarantine: [] } });
    expect(await showLane(desk, { taskId, line: 'docs' })).toMatchObject({
      body: expect.stringContaining('First half') as string,
    });
  });

  it('are looked at without writing, and expired by anybody', async () => {
    const { desk } = await withLane();
    desk.pass(31 * minute);
    const before = await typesOf(desk);
    const sweep = laneExpiry(desk);
    expect(await lookAtLanes(desk, { taskId })).toMatchObject({ check: { attention: [{ lane: { line: 'docs' } }] } });
    expect(await typesOf(desk)).toEqual(before);
    const task = await desk.store.get(taskId);
    if (task === undefined) throw new Error('no task');
    expect(await sweep(task)).toEqual(['lane docs is past its deadline']);
    // As it was read before: what has been noted meanwhile is not noted again.
    expect(await sweep(task)).toEqual([]);
    expect(await expireLanes(desk, { name: 'sweep' }, { taskId })).toMatchObject({ lines: [] });
  });

  it('are decided on by the holder of the lease', async () => {
    const { desk, holder } = await withLane();
    await ingestReturn(desk, worker, { taskId, text: returnText() });
    const decision = { type: 'decide_lane', line: 'docs', decision: 'dispatch', node: 'two' } as const;
    expect(await decideLane(desk, worker, { taskId, decision })).toMatchObject({ code: 'lease_held' });
    expect(await decideLane(desk, holder, { taskId, decision })).toMatchObject({
      kind: 'decided',
      lane: { status: 'assigned', node: 'two' },
    });
    const unknown = { ...decision, line: 'nobody' };
    expect(await decideLane(desk, holder, { taskId, decision: unknown })).toMatchObject({ code: 'not_found' });
  });
});
