import type { Run } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { aRun, aStep, aWait, runId, someEvents, waitId } from '../builders.ts';
import { startFakeApi, type FakeRun } from '../fake-api.ts';
import { cli, createRunningPlace, dataIn } from '../harness.ts';

const shipId = '019a1b2c-5555-7000-8000-000000000001';
const labelId = '019a1b2c-6666-7000-8000-000000000001';
const waiting = (kind: 'child' | 'human') => ({ status: 'waiting', waitingFor: { kind } }) as const;

/** A run that has started another one at step `key`, and waits for it. */
function aParent(id: string, child: { readonly key: string; readonly id: string; readonly pipeline: string }): FakeRun {
  const detail = { run: child.id, pipeline: child.pipeline };
  return {
    run: aRun({ id, ...waiting('child') }),
    steps: [
      aStep(child.key, { kind: 'run', status: 'started', detail, endedAt: undefined, result: undefined }),
      aStep('quick', { kind: 'run', detail: { run: waitId, pipeline: 'hello' } }),
    ],
    events: someEvents(
      ['run.started', {}],
      ['step.started', { key: child.key, kind: 'run', ...detail }],
      ['run.waiting', { kind: 'child' }],
    ),
    ends: false,
  };
}

/** An order whose shipping asks for a label: three runs, and the last one as `changes` say. */
function anOrder(changes: Partial<Run>): readonly FakeRun[] {
  const ship = aParent(shipId, { key: 'label', id: labelId, pipeline: 'label' });
  const parent = { runId: shipId, stepKey: 'label' };
  return [
    aParent(runId, { key: 'ship', id: shipId, pipeline: 'ship' }),
    { ...ship, run: { ...ship.run, pipeline: 'ship', parent: { runId, stepKey: 'ship' } } },
    {
      run: aRun({ id: labelId, pipeline: 'label', parent, ...changes }),
      steps: [aStep('writer', { id: `${labelId}/writer`, kind: 'agent', status: 'started' })],
      events: [],
      ends: false,
    },
  ];
}

const question = aWait({ runId: labelId, stepKey: 'size', pipeline: 'label', question: 'Which size?' });
const orderThatAsks = () => startFakeApi({ runs: anOrder(waiting('human')), waits: [question] });
const answer = `perdure waits answer ${waitId} <answer>`;

describe('a run whose child’s child asks a person', () => {
  test('shows the children with their status, the question with who asks it, and how to answer it', async () => {
    await using api = await orderThatAsks();
    using place = createRunningPlace(api);
    const { stdout } = await cli(['runs', 'show', runId], { cwd: place.folder });
    expect(stdout).toMatch(/ship {3}run {3}started {2}1 min {2}ship 019a1b2c-5555 · waiting for another run\n/);
    expect(stdout).toMatch(/quick {2}run {3}done {5}1\.5 s {2}hello 019a1b2c-4444 · completed\n/);
    expect(stdout).toContain(
      `? waits for a person: Which size?\n  asked by label, ${labelId}/size\n  perdure waits answer ${waitId} <answer>\n`,
    );
    expect(stdout).not.toContain('Next');
    expect(stdout.split(answer)).toHaveLength(2);
    const json = await cli(['runs', 'show', runId, '--json'], { cwd: place.folder });
    expect(dataIn(json.stdout)).toMatchObject({ waits: [question], below: [{ id: shipId }, { id: labelId }] });
  });

  test('is answered by the id of either, and listed with its questions', async () => {
    await using api = await orderThatAsks();
    using place = createRunningPlace(api);
    const listed = await cli(['waits', '--run', runId], { cwd: place.folder });
    expect(listed.stdout).toContain('Which size?');
    const { code, stdout } = await cli(['runs', 'answer', runId, 'XL'], { cwd: place.folder });
    expect(code).toBe(0);
    expect(stdout).toContain(`perdure runs watch ${runId}\n`);
    expect(api.waits.get(waitId)?.answered?.answer).toBe('XL');
  });

  test('that asks twice shows each question with its answer, once', async () => {
    const other = { ...question, id: waitId.replace(/1$/, '2') };
    await using api = await startFakeApi({ runs: anOrder(waiting('human')), waits: [question, other] });
    using place = createRunningPlace(api);
    const { stdout } = await cli(['runs', 'show', runId], { cwd: place.folder });
    for (const { id } of [question, other]) expect(stdout.split(`perdure waits answer ${id}`)).toHaveLength(2);
    expect(stdout).not.toContain('Next');
  });

  test('is told while it is watched, once, and where the wait for it is over', async () => {
    const [parent, ...others] = anOrder(waiting('human'));
    await using api = await startFakeApi({ onStart: () => parent!, runs: others, waits: [question] });
    using place = createRunningPlace(api);
    const over = await cli(['run', 'order', '--wait', '2'], { cwd: place.folder });
    expect(over.code).toBe(5);
    expect(over.stderr.match(/\? waits for a person: Which size\?/g)).toHaveLength(1);
    expect(over.stderr).toContain(`Run ${runId} waits for a person: "Which size?"; answer with \`${answer}\`.\n`);
    const json = await cli(['run', 'order', '--wait', '1', '--json'], { cwd: place.folder });
    const waits = [{ id: waitId, question: 'Which size?', commands: [answer] }];
    expect(JSON.parse(json.stderr)).toMatchObject({ code: 'timeout', details: { runId, waits } });
  });
});

describe('a run whose child’s child needs attention', () => {
  const error = { code: 'budget_exhausted', message: 'The budget of 5 turns is used up.' } as const;
  const stuck = { status: 'needs_attention', error } as const;
  const told = `label ${labelId} needs attention: The budget of 5 turns is used up.`;

  test('offers a look at it', async () => {
    await using api = await startFakeApi({ runs: anOrder(stuck) });
    using place = createRunningPlace(api);
    const { stdout } = await cli(['runs', 'show', runId], { cwd: place.folder });
    expect(stdout.split('Next\n')[1]).toBe(`  perdure runs show ${labelId}\n`);
  });

  test('says so while it is watched, and where the wait for it is over', async () => {
    await using api = await startFakeApi({ runs: anOrder(stuck) });
    using place = createRunningPlace(api);
    const { stdout } = await cli(['runs', 'watch', runId], {
      cwd: place.folder,
      isTTY: true,
      env: { NO_COLOR: '1' },
      interruptWhen: (written) => written.includes('runs show'),
    });
    expect(stdout).toContain(`! ${told}\n  perdure runs show ${labelId}\n`);
    const [parent, ...others] = anOrder(stuck);
    await using other = await startFakeApi({ onStart: () => parent!, runs: others });
    using otherPlace = createRunningPlace(other);
    const over = await cli(['run', 'order', '--wait', '1'], { cwd: otherPlace.folder });
    expect(over.code).toBe(5);
    expect(over.stderr).toContain(`Run ${runId} waits for another run: label ${labelId} needs attention: The budget`);
  });
});

test('a text for a run names the agents at work below it too', async () => {
  await using api = await startFakeApi({ runs: anOrder({ status: 'running' }) });
  using place = createRunningPlace(api);
  const { stdout } = await cli(['runs', 'steer', runId, 'x'], { cwd: place.folder });
  expect(stdout).toBe(`Recorded; read before its next turn by each agent at work: ${labelId}/writer.\n`);
});
