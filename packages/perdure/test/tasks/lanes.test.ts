import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aTask, createTaskPlace, oneSentence, type TaskPlace } from './task-cli.ts';

function at(): TaskPlace {
  const place = createTaskPlace();
  onTestFinished(() => place[Symbol.dispose]());
  return place;
}

/** A task `ship` with a lane `docs`; answers the flags of its controller. */
async function withLane(place: TaskPlace, ...flags: readonly string[]): Promise<readonly string[]> {
  const lease = ['--lease', await aTask(place)];
  await place.data(['lane', 'assign', 'ship', 'docs', 'Write the guide', ...flags, ...lease]);
  return lease;
}

/** As a worker writes it that was told the brief: the words of the headers are those that it chose. */
async function returnOf(place: TaskPlace, chosen: Readonly<Record<string, string>>, body: string): Promise<string> {
  const { brief } = await place.data(['lane', 'brief', 'ship', 'docs']);
  const headers = [...(brief as string).matchAll(/^(tag|task_id|line|node|goal_status|next_role): (.*)$/gm)];
  const lines = headers.map(([, name = '', value = '']) => `${name}: ${chosen[name] ?? value}`);
  return `${lines.join('\n')}\n\n${body}\n`;
}

const half = { tag: 'autopilot', goal_status: 'partial', next_role: 'worker' };
const whole = { tag: 'done', goal_status: 'complete', next_role: 'none' };

describe('lane', () => {
  test('assign, brief, ingest, decide and check lead a line from its worker to its end', async () => {
    const place = at();
    const lease = await withLane(place, '--writes', 'docs/', '--minutes', '30', '--scope', 'Not the API');
    const first = await returnOf(place, half, 'Goal\nThe guide\nCompleted\nHalf of it');
    expect(await place.data(['lane', 'ingest', 'ship'], { stdin: first })).toMatchObject({
      ok: true,
      line: 'docs',
      headers: { tag: 'autopilot', task_id: 'ship', node: 'start' },
      classification: 'attention',
    });
    const open = await place.task(['lane', 'check', 'ship', '--strict']);
    expect([open.code, open.stdout]).toEqual([9, expect.stringContaining('attention: docs is autopilot at start')]);
    expect((await place.task(['lane', 'check', 'ship'])).code).toBe(0);

    const next = ['lane', 'decide', 'ship', 'docs', 'dispatch', '--node', 'two', ...lease];
    expect(await place.data(next)).toMatchObject({ status: 'assigned', node: 'two', controller_decision: 'dispatch' });
    expect((await place.task(['lane', 'check', 'ship', '--strict'])).code).toBe(0);
    writeFileSync(join(place.folder, 'return.txt'), await returnOf(place, whole, 'Goal\nThe guide'));
    expect((await place.task(['lane', 'ingest', 'ship', 'return.txt'])).code).toBe(0);
    const again = await place.task(['lane', 'ingest', 'ship', 'return.txt']);
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('nothing changed')]);
    expect(await place.data(['lane', 'decide', 'ship', 'docs', 'complete', ...lease])).toMatchObject({
      status: 'done',
      class: 'resolved',
    });
    expect((await place.data(['lane', 'show', 'ship', 'docs'])).last_body).toContain('The guide');
  });

  test('assign with --agent is for that member, and a handle that can be nobody’s is refused', async () => {
    const place = at();
    const lease = ['--lease', await aTask(place)];
    const words = ['lane', 'assign', 'ship', 'docs', 'Write the guide', ...lease];
    const wrong = await place.task([...words, '--agent', 'Scout!']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--agent: a handle has')]);
    const both = await place.task([...words, '--agent', 'scout', '--pipeline', 'hello']);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('not both')]);
    for (const { stderr } of [wrong, both]) expect(stderr).toMatch(oneSentence);
    const given = await place.task([...words, '--agent', 'scout']);
    expect([given.code, given.stdout]).toEqual([0, expect.stringContaining('Lane docs is for scout, until ')]);
    expect(await place.data(['lane', 'show', 'ship', 'docs'])).toMatchObject({ agent: 'scout', status: 'assigned' });
    expect((await place.task(words)).code).toBe(8);
  });

  test('ingest ends with 1 for a return that is kept apart, which check, show and boundary tell', async () => {
    const place = at();
    const lease = await withLane(place);
    const foreign = (await returnOf(place, whole, 'Goal')).replace('line: docs', 'line: nobody');
    const kept = await place.task(['lane', 'ingest', 'ship'], { stdin: foreign });
    expect([kept.code, kept.stdout]).toEqual([1, expect.stringContaining('the task has no such lane')]);
    const { quarantine } = await place.data(['lane', 'check', 'ship']);
    expect(quarantine).toMatchObject([{ line: 'nobody', why: 'unknown_line' }]);
    const words = await place.task(['lane', 'show', 'ship', quarantine[0].id as string]);
    expect([words.code, words.stdout]).toEqual([0, expect.stringContaining('\n  Goal\n')]);
    expect((await place.task(['show', 'ship'])).stdout).toContain('## Quarantine');
    expect((await place.task(['boundary', 'ship', ...lease])).stdout).toContain('1 return(s) in quarantine');
    const drop = ['lane', 'drop', 'ship', quarantine[0].id as string, '--note', 'a slip', ...lease];
    expect((await place.task(drop)).code).toBe(0);
    expect((await place.data(['lane', 'check', 'ship'])).quarantine).toEqual([]);
  });

  test('39: ingest of what is no return is one sentence, and writes nothing', async () => {
    const place = at();
    await withLane(place);
    const { revision } = await place.data(['show', 'ship']);
    const prose = await place.task(['lane', 'ingest', 'ship'], { stdin: 'I have done it all!\n' });
    expect([prose.code, prose.stderr]).toEqual([2, expect.stringMatching(oneSentence)]);
    expect((await place.data(['show', 'ship'])).revision).toBe(revision);
  });

  test('complete of the task lists an open lane with the command for it, and ends with 9', async () => {
    const place = at();
    const lease = await withLane(place);
    const open = await place.task(['complete', 'ship', ...lease]);
    expect(open.code).toBe(9);
    expect(open.stderr).toContain('lane docs is at work\n    perdure task lane decide ship docs <decision>');
  });

  test('a deadline that passes is told by check, and noted by the sweep or by expire', async () => {
    const place = at();
    const lease = await withLane(place, '--minutes', '10');
    place.now += 11 * 60_000;
    expect((await place.task(['lane', 'check', 'ship', '--strict'])).code).toBe(9);
    expect(await place.data(['tick'])).toMatchObject({
      results: expect.arrayContaining([
        { task_id: 'ship', status: 'expired', reason: 'lane docs is past its deadline' },
      ]) as unknown,
    });
    expect(await place.data(['lane', 'expire', 'ship', ...lease])).toMatchObject({ expired: [] });
    expect((await place.task(['lane', 'list', 'ship'])).stdout).toContain('expired');
  });

  test('the readable copy has the lanes as the original keeps them', async () => {
    const place = at();
    await withLane(place);
    const copy = JSON.parse(readFileSync(join(place.paths.root, 'tasks/ship.json'), 'utf8')) as object;
    expect(copy).toMatchObject({
      artifacts: [
        {
          kind: 'subagent_lines',
          lines: { docs: { line: 'docs', status: 'assigned', controller_decision: 'pending' } },
        },
      ],
    });
  });

  test('how many are at work at once is for the task to say', async () => {
    const place = at();
    const lease = await withLane(place);
    await place.data(['update', 'ship', '--max-parallel', '1', '--latest', ...lease]);
    const second = await place.task(['lane', 'assign', 'ship', 'code', 'Write it', ...lease]);
    expect([second.code, second.stderr]).toEqual([8, expect.stringContaining('may have 1 lane(s) at once')]);
  });
});

describe('a lane that is a run', () => {
  test('is kept where no server runs, and that is said in one sentence', async () => {
    const place = at();
    const lease = ['--lease', await aTask(place)];
    const run = ['--pipeline', 'hello', '--input', '{"name":"Ada"}'];
    const { code, stderr } = await place.task(['lane', 'assign', 'ship', 'hello', 'Say hello', ...run, ...lease]);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^perdure: The run of lane hello is not started yet [^\n]+\n$/),
    ]);
    expect(await place.data(['lane', 'show', 'ship', 'hello'])).toMatchObject({
      status: 'assigned',
      run: { pipeline: 'hello', run_id: null },
    });
  });

  test('needs its pipeline to be named, and an input that is JSON', async () => {
    const place = at();
    const lease = ['--lease', await aTask(place)];
    const assign = ['lane', 'assign', 'ship', 'hello', 'Say hello', ...lease];
    expect((await place.task([...assign, '--input', '{}'])).code).toBe(2);
    expect((await place.task([...assign, '--pipeline', 'hello', '--input', '{'])).code).toBe(2);
  });
});
