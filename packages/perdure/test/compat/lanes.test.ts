/** The scripts of worker lines; acceptance cases have their numbers in the titles. */

import { describe, expect, onTestFinished, test } from 'vitest';
import { created, createCompatPlace, type CompatPlace } from './support.ts';

async function at(): Promise<CompatPlace> {
  const place = createCompatPlace();
  onTestFinished(() => place[Symbol.dispose]());
  await created(place, '--next-step', 'Write it down');
  return place;
}

const ctl = (place: CompatPlace, ...words: readonly string[]) => place.printed(['task_subagent_ctl', ...words]);
const assign = (place: CompatPlace) => ctl(place, 'assign', 'ship', 'docs', 'Write the guide', '--summary', 'A page');

function returned(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const headers = {
    tag: 'autopilot',
    task_id: 'ship',
    line: 'docs',
    node: 'start',
    goal_status: 'partial',
    next_role: 'worker',
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `${lines.join('\n')}\n\nGoal\n- the guide\n`;
}

const ingest = (place: CompatPlace, stdin: string) => place.compat(['task_subagent_ctl', 'ingest', 'ship'], { stdin });

describe('a line', () => {
  test('is assigned, shown in the snapshot, and briefed with all headers and items', async () => {
    const place = await at();
    const lane = await assign(place);
    expect(Object.keys(lane)).toEqual([
      'line',
      'goal',
      'owner',
      'node',
      'status',
      'goal_status',
      'next_role',
      'assigned_at',
      'updated_at',
      'last_return_tag',
      'last_return_at',
      'summary',
      'artifacts',
      'controller_decision',
      'controller_note',
    ]);
    expect(lane).toMatchObject({ owner: 'worker', node: 'start', status: 'assigned', controller_decision: 'pending' });
    const { artifacts } = await place.printed(['task_ctl', 'show', 'ship']);
    expect(artifacts).toMatchObject([{ kind: 'subagent_lines', lines: { docs: { status: 'assigned' } } }]);
    const { stdout } = await place.compat(['task_subagent_ctl', 'prompt', 'ship', 'docs']);
    for (const word of ['tag:', 'task_id: ship', 'line: docs', 'node: start', 'goal_status:', 'next_role:']) {
      expect(stdout).toContain(word);
    }
    for (const item of ['Goal', 'Completed', 'Changed artifacts/files', 'Current status', 'Next step', 'Risk']) {
      expect(stdout).toContain(item);
    }
  });

  test('38: that came back for another round waits for a decision', async () => {
    const place = await at();
    await assign(place);
    const { code, stdout } = await ingest(place, returned());
    expect(code).toBe(0);
    const told = JSON.parse(stdout);
    expect(Object.keys(told)).toEqual(['ok', 'line', 'headers', 'classification', 'reasons']);
    expect(told).toMatchObject({ ok: true, line: 'docs', classification: 'attention' });
    expect(told.headers).toEqual({
      tag: 'autopilot',
      task_id: 'ship',
      line: 'docs',
      node: 'start',
      goal_status: 'partial',
      next_role: 'worker',
    });
    const checked = await ctl(place, 'check', 'ship');
    expect(Object.keys(checked)).toEqual(['ok', 'dropped', 'attention', 'active', 'resolved']);
    expect(Object.keys(checked.attention[0])).toEqual([
      'line',
      'status',
      'goal_status',
      'next_role',
      'node',
      'owner',
      'controller_decision',
      'last_return_tag',
      'last_return_at',
      'reasons',
    ]);
  });

  test.each([
    ['without a header', returned({ node: undefined })],
    ['of another task', returned({ task_id: 'other' })],
    ['with a tag that there is not', returned({ tag: 'finished' })],
    ['with a goal status that there is not', returned({ goal_status: 'almost' })],
    ['with a next role that there is not', returned({ next_role: 'boss' })],
  ])('39: a return %s ends with 1 and writes nothing', async (_name, text) => {
    const place = await at();
    await assign(place);
    const before = await place.printed(['task_ctl', 'show', 'ship']);
    expect(await ingest(place, text)).toMatchObject({ code: 1, stdout: '' });
    expect(await place.printed(['task_ctl', 'show', 'ship'])).toEqual(before);
  });

  test('a return for a line that nobody was given is kept apart, and said so', async () => {
    const place = await at();
    const { code, stderr } = await ingest(place, returned({ line: 'stranger' }));
    expect(code).toBe(1);
    expect(stderr).toContain('kept apart');
    expect(await ctl(place, 'check', 'ship')).toMatchObject({ attention: [], active: [] });
  });

  test('44: the same return twice is taken once', async () => {
    const place = await at();
    await assign(place);
    const first = await ingest(place, returned());
    expect(await ingest(place, returned())).toEqual(first);
    const types = (await place.printed(['task_ctl', 'recent', 'ship'])).map(({ type }: { type: string }) => type);
    expect(types.filter((type: string) => type === 'subagent_return_ingested')).toHaveLength(1);
  });

  test.each(['done', 'idle', 'blocked', 'need_user'])('41: of which a worker says %s is resolved', async (tag) => {
    const place = await at();
    await assign(place);
    await ingest(place, returned({ tag, next_role: 'main' }));
    expect((await ctl(place, 'check', 'ship')).resolved).toMatchObject([{ line: 'docs', status: tag }]);
  });

  test('42: whose next role is nobody is dropped, and the check says that this is not in order', async () => {
    const place = await at();
    await assign(place);
    await ingest(place, returned({ next_role: 'none' }));
    expect(await ctl(place, 'check', 'ship')).toMatchObject({ ok: false, dropped: [{ line: 'docs' }] });
    const scan = await place.printed(['task_resume_bootstrap', '--task-id', 'ship']);
    expect(scan.tasks[0]).toMatchObject({
      line_counts: { dropped_lines: 1 },
      recommendation: { action: 'repair_orchestration_line' },
    });
  });

  test('is decided on, and the decision implies where it stands', async () => {
    const place = await at();
    await assign(place);
    await ingest(place, returned());
    const record = await ctl(place, 'decide', 'ship', 'docs', 'park', '--note', 'Later');
    expect(record).toMatchObject({ line: 'docs', status: 'idle', controller_decision: 'park' });
    const wrong = ['task_subagent_ctl', 'decide', 'ship', 'docs', 'complete', '--status', 'assigned'];
    expect(await place.compat(wrong)).toMatchObject({ code: 1 });
    expect(await place.compat(['task_subagent_ctl', 'decide', 'ship', 'docs', 'later'])).toMatchObject({ code: 2 });
    expect(await place.compat(['task_subagent_ctl', 'decide', 'ship', 'nope', 'park'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'line not found: nope\n',
    });
  });
});

test('lines among given artifacts are not taken, and said so; those there are stay', async () => {
  const place = await at();
  await assign(place);
  const { artifacts } = await place.printed(['task_ctl', 'show', 'ship']);
  const update = (given: unknown) => place.compat(['task_ctl', 'update', 'ship', '--artifacts', JSON.stringify(given)]);
  expect(await update(artifacts)).toMatchObject({ code: 0, stderr: '' });
  const strange = [{ kind: 'subagent_lines', lines: { other: { status: 'assigned', node: 'start' } } }];
  expect((await update(strange)).stderr).toContain('not taken: other');
  expect((await ctl(place, 'check', 'ship')).active).toMatchObject([{ line: 'docs' }]);
});

describe('resuming with lines', () => {
  test('6: one that waits with the role of a worker needs a decision, which apply takes', async () => {
    const place = await at();
    await assign(place);
    await ingest(place, returned());
    const { stdout } = await place.compat(['task_resume_bootstrap', '--plan', '--task-id', 'ship']);
    expect(JSON.parse(stdout).tasks[0]).toMatchObject({
      classification: 'needs_attention',
      line_counts: { attention_lines: 1, active_lines: 0 },
      resume_plan: { action: 'controller_decision_needed' },
    });
    expect(await place.printed(['task_resume_apply'], { stdin: stdout })).toMatchObject({
      applied: [{ applied: true, note: 'auto-dispatched waiting line docs' }],
    });
    expect((await ctl(place, 'check', 'ship')).active).toMatchObject([{ line: 'docs', status: 'assigned' }]);
  });

  test('8: one that waits for the main agent is left to it', async () => {
    const place = await at();
    await assign(place);
    await ingest(place, returned({ next_role: 'main' }));
    const { stdout } = await place.compat(['task_resume_bootstrap', '--plan', '--task-id', 'ship']);
    expect((await place.printed(['task_resume_apply'], { stdin: stdout })).applied).toMatchObject([
      { applied: false, note: 'waiting line docs is not low-risk auto-dispatchable' },
    ]);
    expect((await ctl(place, 'check', 'ship')).attention).toHaveLength(1);
  });

  test('11: one at work is what goes on, and the next step stays as it was', async () => {
    const place = await at();
    await assign(place);
    expect(await place.printed(['task_continue', '--task-id', 'ship'])).toMatchObject({
      recommendation: { action: 'resume_active_line' },
      applied: { applied: [{ applied: true, note: 'controller resumed active line docs' }] },
      selected_task: { next_step: 'Write it down' },
    });
  });
});

describe('run', () => {
  test('45: prints what starts a worker, with its defaults, and dispatches the line', async () => {
    const place = await at();
    const payload = await place.printed(['task_subagent_run', 'ship', 'docs', 'Write the guide']);
    expect(Object.keys(payload)).toEqual([
      'runtime',
      'agentId',
      'mode',
      'cleanup',
      'timeoutSeconds',
      'runTimeoutSeconds',
      'task',
      'metadata',
    ]);
    expect(payload).toMatchObject({
      runtime: 'subagent',
      agentId: 'main',
      mode: 'run',
      cleanup: 'delete',
      timeoutSeconds: 120,
      runTimeoutSeconds: 120,
      metadata: { task_id: 'ship', line: 'docs' },
    });
    expect(payload.task).toContain('Write the guide');
    expect((await ctl(place, 'check', 'ship')).active).toMatchObject([{ controller_decision: 'dispatch' }]);
  });

  test('45: an owner that there is not ends with 1 and writes nothing', async () => {
    const place = await at();
    const argv = ['task_subagent_run', 'ship', 'docs', 'Write', '--owner', 'boss'];
    const told = await place.compat(argv);
    expect(told).toMatchObject({ code: 1, stdout: '' });
    expect(told.stderr).toContain('unsupported owner: boss');
    expect((await ctl(place, 'check', 'ship')).active).toEqual([]);
  });
});
