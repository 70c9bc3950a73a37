import { describe, expect, it } from 'vitest';
import { assignLane } from '../../src/desk/lane-assign.ts';
import { decideLane } from '../../src/desk/lane-decide.ts';
import { showLane } from '../../src/desk/lane-look.ts';
import { tendLaneRuns, type LaneRuns, type RunLook, type RunStart } from '../../src/desk/lane-runs.ts';
import { minute } from '../core/fixtures.ts';
import { create, openDesk, taskId, typesOf, type Desk } from './support.ts';

/** Keeps its promise about keys as the record of runs does: the same key is the same run. */
function fakeRuns() {
  const started = new Map<string, string>();
  let look: RunLook = { kind: 'goes_on' };
  let refusal: Exclude<RunStart, { kind: 'started' }> | undefined;
  const runs: LaneRuns = {
    start: async ({ key }) => {
      if (refusal !== undefined) return refusal;
      started.set(key, started.get(key) ?? `run-${started.size + 1}`);
      return { kind: 'started', runId: started.get(key) ?? '' };
    },
    look: async () => look,
  };
  return {
    runs,
    started,
    setLook: (next: RunLook) => (look = next),
    refuse: (next: typeof refusal) => (refusal = next),
  };
}

async function withRun() {
  const desk = await openDesk();
  const holder = await create(desk);
  const lane = { goal: 'Write the guide', minutes: 30 };
  const run = { pipeline: 'write', input: { about: 'lanes' } };
  const outcome = await assignLane(desk, holder, { taskId, line: 'docs', lane, run });
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  const fake = fakeRuns();
  return { desk, holder, ...fake, tend: async () => await tend(desk, fake.runs) };
}

async function tend(desk: Desk, runs: LaneRuns) {
  const outcome = await tendLaneRuns({ ...desk, runs }, { name: 'perdure' }, { taskId });
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return outcome;
}

const completed: RunLook = { kind: 'ended', status: 'completed', text: 'The guide is written.' };

describe('a lane that is a run', () => {
  it('is wanted before it is started: the intent is in the log, and whoever comes next starts it', async () => {
    const { desk, started, tend: go } = await withRun();
    expect(await typesOf(desk)).toContain('lane_run_wanted');
    expect(await desk.store.idsWithRuns()).toEqual([taskId]);
    expect(await go()).toMatchObject({ started: ['docs'], returned: [], waits: [] });
    expect(await showLane(desk, { taskId, line: 'docs' })).toMatchObject({
      standing: { lane: { run: { run_id: 'run-1' } } },
    });
    expect(await go()).toMatchObject({ started: [], returned: [] });
    expect(started.size).toBe(1);
  });

  it('is one run, though whoever started it died before it could say so', async () => {
    const { desk, runs, started, tend: go } = await withRun();
    const task = await desk.store.get(taskId);
    const run = task?.lanes[0]?.run;
    if (run === undefined) throw new Error('no run');
    await runs.start(run);
    expect(await go()).toMatchObject({ started: ['docs'] });
    expect([...started.values()]).toEqual(['run-1']);
  });

  it('has returned when its run has ended, once, however many look', async () => {
    const { desk, runs, setLook, tend: go } = await withRun();
    await go();
    setLook(completed);
    const both = await Promise.all([tend(desk, runs), tend(desk, runs)]);
    expect(both.flatMap(({ returned }) => returned)).toContain('docs');
    expect((await typesOf(desk)).filter((type) => type === 'subagent_return_ingested')).toHaveLength(1);
    expect(await go()).toMatchObject({ returned: [] });
    expect(await showLane(desk, { taskId, line: 'docs' })).toMatchObject({
      standing: { class: 'resolved', lane: { status: 'done', goal_status: 'complete', next_role: 'main' } },
      body: expect.stringContaining('The guide is written.') as string,
    });
  });

  it.each<RunLook>([
    { kind: 'ended', status: 'failed', text: 'No such file.' },
    { kind: 'ended', status: 'cancelled', text: '' },
    { kind: 'gone' },
  ])('is blocked where its run came to nothing: %o', async (look) => {
    const { setLook, tend: go } = await withRun();
    await go();
    setLook(look);
    expect((await go()).task.lanes).toMatchObject([{ status: 'blocked', goal_status: 'blocked' }]);
  });

  it('waits for a server that is away, and is blocked by a refusal', async () => {
    const { refuse, tend: go } = await withRun();
    refuse({ kind: 'away', why: 'Perdure is not running.' });
    const away = await go();
    expect(away).toMatchObject({ started: [], waits: [{ line: 'docs', why: 'Perdure is not running.' }] });
    expect(away.task.lanes).toMatchObject([{ status: 'assigned', run: { run_id: null } }]);
    refuse({ kind: 'refused', why: 'There is no pipeline write.' });
    expect((await go()).task.lanes).toMatchObject([{ status: 'blocked' }]);
  });

  it('is blocked in each round anew, though it is refused for the same reason', async () => {
    const { desk, holder, refuse, tend: go } = await withRun();
    refuse({ kind: 'refused', why: 'There is no pipeline write.' });
    await go();
    const lane = { goal: 'Write the guide', minutes: 30 };
    const again = await assignLane(desk, holder, { taskId, line: 'docs', lane, run: { pipeline: 'write', input: {} } });
    if (again.kind === 'refused') throw new Error(again.message);
    expect(again.task.lanes).toMatchObject([{ status: 'assigned' }]);
    expect(await go()).toMatchObject({ returned: ['docs'], task: { lanes: [{ status: 'blocked' }] } });
  });

  it('is not started on a task that rests, nor after it was decided on', async () => {
    const { desk, holder, started, tend: go } = await withRun();
    const pause = { type: 'control', controlId: 'c', intent: 'pause', message: '', when: 'now' } as const;
    await desk.store.apply(taskId, pause, { now: desk.now(), actor: 'owner', revision: 'latest' });
    await go();
    await desk.store.apply(
      taskId,
      { ...pause, controlId: 'd', intent: 'resume' },
      { now: desk.now(), actor: 'owner', revision: 'latest' },
    );
    await decideLane(desk, holder, { taskId, decision: { type: 'decide_lane', line: 'docs', decision: 'park' } });
    await go();
    expect(started.size).toBe(0);
  });

  it('that ends after its deadline is kept apart like any other, once', async () => {
    const { desk, setLook, tend: go } = await withRun();
    await go();
    desk.pass(31 * minute);
    setLook(completed);
    const late = await go();
    expect(late.task.quarantine).toMatchObject([{ line: 'docs', why: 'expired', by: 'perdure' }]);
    const before = await typesOf(desk);
    await go();
    expect(await typesOf(desk)).toEqual(before);
  });

  it('of another round is another run', async () => {
    const { desk, holder, setLook, started, tend: go } = await withRun();
    await go();
    setLook(completed);
    await go();
    setLook({ kind: 'goes_on' });
    const run = { pipeline: 'write', input: { about: 'lanes' } };
    await assignLane(desk, holder, { taskId, line: 'docs', lane: { node: 'two' }, run });
    await go();
    expect([...started.values()]).toEqual(['run-1', 'run-2']);
  });
});
