import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPerdureError } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { chooseTools, instructionsFor, instructionsLimit, keyRule } from '../../src/mcp/index.ts';
import { createPlanned, openBench, plan, proof } from './support.ts';

const minute = 60_000;

describe('what a client is shown', () => {
  test('the seven core tools take at most 20,000 bytes, and all of them too', async () => {
    const core = (await openBench()).server.list();
    const names = ['create', 'continue', 'progress', 'boundary', 'verify', 'action', 'complete'];
    expect(core.map(({ name }) => name)).toEqual(names.map((name) => `perdure_${name}`));
    expect(Buffer.byteLength(JSON.stringify({ tools: core }))).toBeLessThanOrEqual(20_000);
    const all = (await openBench({ tools: 'all' })).server.list();
    expect(Buffer.byteLength(JSON.stringify({ tools: all }))).toBeLessThanOrEqual(20_000);
  });

  test('every tool that acts on a task takes its id, and says whether it reads, and whether it may destroy', async () => {
    const { server } = await openBench({ tools: 'all' });
    for (const { name, inputSchema, annotations } of server.list()) {
      expect(typeof annotations['readOnlyHint'], name).toBe('boolean');
      expect(typeof annotations['destructiveHint'], name).toBe('boolean');
      if (name !== 'perdure_list') expect(inputSchema['properties'], name).toHaveProperty('task_id');
      if (!['perdure_list', 'perdure_continue'].includes(name))
        expect(inputSchema['required'], name).toContain('task_id');
      expect(JSON.stringify(inputSchema), name).not.toContain('pattern');
    }
    expect(
      server
        .list()
        .filter(({ annotations }) => annotations['readOnlyHint'])
        .map(({ name }) => name),
    ).toEqual(['perdure_list', 'perdure_show', 'perdure_report']);
    expect(server.list().find(({ name }) => name === 'perdure_verify')?.annotations['destructiveHint']).toBe(true);
  });

  test.each([true, false])(
    'the instructions (%s) are no longer than clients read, and hold the key rule',
    (verifies) => {
      const instructions = instructionsFor({ runsCommands: verifies });
      expect(instructions.length).toBeLessThanOrEqual(instructionsLimit);
      expect(instructions).toContain(keyRule);
    },
  );

  test('the instructions name no tool that is not there', async () => {
    for (const tools of ['core', 'create,continue,progress,boundary,action,complete']) {
      const { server } = await openBench({ tools });
      const named = server.instructions.match(/perdure_\w+/g) ?? [];
      expect(named.filter((name) => !server.has(name))).toEqual([]);
      expect(server.instructions).toContain('verify');
    }
  });

  test('a tool is loaded when it is called, and one that an update took away says what to do', async () => {
    const asked: string[] = [];
    const load = async (name: string): Promise<never> => {
      asked.push(name);
      throw Object.assign(new Error("Cannot find module '/dist/tools-x.js'"), { code: 'ERR_MODULE_NOT_FOUND' });
    };
    const bench = await openBench({ load });
    expect([bench.server.list().length, asked]).toEqual([7, []]);
    const answer = await bench.call('create', plan);
    expect(answer).toMatchObject({ isError: true, data: { refused: 'unavailable' } });
    expect(answer.text).toContain('have the client start the server anew');
    expect(answer.text).not.toContain('/dist');
    expect(asked).toEqual(['perdure_create']);
  });

  test('a choice is a tier or a list of names, and an unknown name is refused', () => {
    expect(chooseTools('standard').map(({ name }) => name)).toContain('perdure_show');
    expect(chooseTools('core').map(({ name }) => name)).not.toContain('perdure_show');
    expect(chooseTools('show, perdure_boundary').map(({ name }) => name)).toEqual(['perdure_boundary', 'perdure_show']);
    let code: unknown;
    try {
      chooseTools('core,rm');
    } catch (error) {
      code = isPerdureError(error) && error.code;
    }
    expect(code).toBe('usage');
  });
});

describe('a task from beginning to end', () => {
  test('is completed on evidence and not before, and each answer repeats the key rule', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench, { milestones: [{ id: 'm1', title: 'written' }] });
    const early = await bench.call('complete', task);
    expect(early).toMatchObject({ isError: true, data: { refused: 'gate_open' } });
    expect(early.text).toContain('criterion 1 has no evidence');

    const failed = await bench.call('verify', { ...task, ...proof });
    expect(failed.data).toMatchObject({ passed: false, exit_code: 1, problem: 'failed' });
    writeFileSync(join(bench.project, 'work.txt'), 'done\n');
    const moved = { milestone: { id: 'm1', status: 'done' }, message: 'wrote it', next_step: 'prove it' };
    const progress = await bench.call('progress', { ...task, ...moved });
    expect(progress.text).toContain('milestones 1/1');
    const passed = await bench.call('verify', { ...task, ...proof });
    expect(passed.data).toMatchObject({ passed: true, exit_code: 0, problem: null });
    const completed = await bench.call('complete', { ...task, summary: 'out' });
    expect(completed.data).toMatchObject({ state: 'completed', task_id: 'release-1' });
    for (const { text } of [early, failed, progress, passed, completed]) expect(text).toContain(keyRule);
  });

  test('evidence is void as soon as the files change, and one pass proves it again', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    writeFileSync(join(bench.project, 'work.txt'), 'done\n');
    await bench.call('verify', { ...task, ...proof });
    writeFileSync(join(bench.project, 'work.txt'), 'done, but otherwise\n');
    const refused = await bench.call('complete', task);
    expect(refused.text).toContain('evidence that is void');
    expect((await bench.call('complete', { ...task, reverify: true })).data).toMatchObject({ state: 'completed' });
  });

  test('a look at a task tells of changed files and writes nothing', async () => {
    const bench = await openBench({ tools: 'standard' });
    const task = await createPlanned(bench);
    writeFileSync(join(bench.project, 'work.txt'), 'done\n');
    await bench.call('verify', { ...task, ...proof });
    const before = await bench.call('show', { task_id: 'release-1' });
    expect(before.data).toMatchObject({ brief: { gaps: [] }, stale: [] });
    writeFileSync(join(bench.project, 'work.txt'), 'done, but otherwise\n');
    const after = await bench.call('show', { task_id: 'release-1' });
    expect(after.data).toMatchObject({ brief: { gaps: [{ problem: 'void' }] }, revision: before.data['revision'] });
    expect((await bench.store.get('release-1'))?.evidence[0]?.void_since).toBeUndefined();
  });

  test('a check that stays within the project is run, one outside of it is not', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    const outside = await bench.call('verify', { ...task, ...proof, folder: '../..' });
    expect(outside).toMatchObject({ isError: true, data: { refused: 'invalid_input' } });
    expect((await bench.store.get('release-1'))?.evidence).toEqual([]);
  });

  test('the word of the agent alone does not meet a criterion, and the answer says so', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    const word = await bench.call('verify', { ...task, criterion: 1, kind: 'attest', statement: 'I looked' });
    expect(word.data).toMatchObject({ passed: true, problem: 'not_accepted' });
    expect((await bench.store.get('release-1'))?.evidence[0]).toMatchObject({ kind: 'attest', by: 'claude' });
  });
});

test('each phase that a description names is one that the tool takes', async () => {
  const { server } = await openBench();
  const action = server.list().find(({ name }) => name === 'perdure_action');
  const phases = ['start', 'done', 'failed', 'resolve_done', 'resolve_failed'];
  expect(JSON.stringify(action?.inputSchema)).toContain(JSON.stringify(phases));
  for (const phase of phases) expect(action?.description).toContain(phase);
  expect(action?.description).not.toMatch(/\bresolve\b(?!_)/);
});

describe('the lease', () => {
  test('a call without it is refused while its holder is at work, and no command of a check is run', async () => {
    const bench = await openBench();
    await createPlanned(bench);
    const marker = join(bench.project, 'ran.txt');
    for (const [name, given] of [
      ['progress', { message: 'me too' }],
      ['boundary', {}],
      ['complete', { reverify: true }],
      ['action', { phase: 'start', action_id: 'mail', text: 'send it' }],
      ['verify', { criterion: 1, command: ['touch', marker] }],
    ] as const) {
      const answer = await bench.call(name, { task_id: 'release-1', ...given });
      expect(answer, name).toMatchObject({ isError: true, data: { refused: 'lease_held' } });
      expect(answer.text, name).toMatch(
        /^Refused \(lease_held\): claude is at work on task release-1 until \S+Z\.\nHere: /,
      );
      expect(answer.text, name).not.toContain('perdure task');
    }
    expect((await bench.call('verify', { task_id: 'release-1', ...proof, command: ['cat', marker] })).isError).toBe(
      true,
    );
  });

  test('is given anew by continue with its brief once it has expired, and then the old one is dead', async () => {
    const bench = await openBench();
    const old = await createPlanned(bench);
    bench.pass(20 * minute);
    const asked = { task_id: 'release-1', agent: 'codex' };
    expect((await bench.call('continue', asked)).text).toContain('take_over: true');
    const taken = await bench.call('continue', { ...asked, take_over: true });
    expect(taken.data).toMatchObject({ goes_on: true, next_step: 'write it' });
    expect(taken.text).toContain('# Release 1');
    expect(taken.text).toContain(`lease: ${String(taken.data['lease'])}`);
    expect((await bench.call('boundary', old)).data).toMatchObject({ refused: 'lease_held' });
    const mine = { task_id: 'release-1', lease: taken.data['lease'] };
    expect((await bench.call('boundary', mine)).data).toMatchObject({ answer: 'go_on' });
  });

  test('its holder continues with the one it has', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    const again = await bench.call('continue', task);
    expect(again.data).toMatchObject({ goes_on: true, lease: task.lease });
  });

  test('is in no event, no snapshot and no log', async () => {
    const bench = await openBench();
    const { lease } = await createPlanned(bench);
    await bench.call('progress', { task_id: 'release-1', lease, message: 'one' });
    const kept = JSON.stringify([
      await bench.store.get('release-1'),
      await bench.store.events('release-1', { after: 0, limit: 100 }),
      bench.log,
    ]);
    expect(kept).not.toContain(lease);
  });

  test('an agent cannot call itself a person', async () => {
    const bench = await openBench();
    const answer = await bench.call('create', { ...plan, agent: 'owner' });
    expect(answer).toMatchObject({ isError: true, data: { refused: 'invalid_input' } });
    expect(await bench.store.get('release-1')).toBeUndefined();
  });
});

describe('what an agent is told', () => {
  test('at a full context to stop; the next one is given the hand-over and goes on', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    const at44 = await bench.call('boundary', { ...task, context_percent: 44 });
    expect([at44.data['prepare'], at44.text]).toEqual([false, expect.not.stringContaining('prepare')]);
    for (const percent of [45, 49]) {
      const { data, text } = await bench.call('boundary', { ...task, context_percent: percent });
      expect(data).toMatchObject({ answer: 'go_on', prepare: true });
      expect(text).toContain('prepare: your context fills up.');
    }
    expect((await bench.call('boundary', { ...task, context_percent: 50 })).data).toMatchObject({
      answer: 'hand_over',
      state: 'paused',
    });
    expect((await bench.call('progress', { ...task, message: 'late' })).data).toMatchObject({ refused: 'lease_held' });
    const next = await bench.call('continue', { task_id: 'release-1' });
    expect(next.data).toMatchObject({ goes_on: true, handed_over: [expect.stringContaining('Goal')] });
    expect(await bench.store.resumeQueue.list()).toEqual([]);
  });

  test('a pause that waits is told at the boundary, with its note, and work is refused a way on until it is continued', async () => {
    const bench = await openBench({ tools: 'all' });
    const task = await createPlanned(bench);
    await bench.call('control', { task_id: 'release-1', intent: 'steer', message: 'use the new key' });
    await bench.call('control', { task_id: 'release-1', intent: 'pause', message: 'lunch' });
    const progress = await bench.call('progress', { ...task, message: 'a slice' });
    expect(progress.text).toContain('2 control(s) wait');
    const boundary = await bench.call('boundary', task);
    expect(boundary.data).toMatchObject({
      answer: 'pause',
      steering: [{ intent: 'steer', message: 'use the new key', isNew: true }],
      note: 'lunch',
      state: 'paused',
    });
    expect((await bench.call('continue', task)).data).toMatchObject({ goes_on: true, promoted_from: 'paused' });
  });

  test('an action whose end nobody saw holds up continue without a lease, until it is resolved', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    const begun = await bench.call('action', { ...task, phase: 'start', action_id: 'mail', text: 'send it' });
    expect(begun.data['key']).toMatch(/^release-1\/.+\/mail$/);
    bench.pass(20 * minute);
    const next = { task_id: 'release-1', agent: 'codex', take_over: true };
    const held = await bench.call('continue', next);
    expect(held.data).toMatchObject({ goes_on: false, action: 'reconcile_first' });
    expect(held.data).not.toHaveProperty('lease');
    const found = { phase: 'resolve_done', action_id: 'mail', text: 'it is in the outbox' };
    expect((await bench.call('action', { task_id: 'release-1', ...found })).data).toMatchObject({ status: 'success' });
    expect((await bench.call('continue', next)).data).toMatchObject({ goes_on: true });
  });

  test('continue without a name changes nothing and lists open tasks, those of this project first', async () => {
    const bench = await openBench();
    expect((await bench.call('continue', {})).text).toContain('no open task');
    const context = { now: 1, actor: 'x', revision: 'latest' } as const;
    const fields = { title: 'Elsewhere', goal: 'g', project: '/elsewhere' };
    await bench.store.create({ type: 'create', task_id: 'other', fields }, context);
    await createPlanned(bench);
    const { data } = await bench.call('continue', {});
    expect(data['candidates']).toMatchObject([{ task_id: 'release-1' }, { task_id: 'other' }]);
    expect((await bench.store.get('release-1'))?.revision).toBe(2);
  });

  test('what was handed over in the resume queue, once', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    const item = {
      id: 'q',
      taskId: 'release-1',
      title: 't',
      context: 'half of it is written',
      source: 's',
      session: '',
    };
    await bench.store.resumeQueue.add({ ...item, createdAt: 1 });
    expect((await bench.call('continue', task)).data['handed_over']).toEqual(['half of it is written']);
    expect((await bench.call('continue', task)).data['handed_over']).toEqual([]);
  });

  test('a stale revision is refused, and what is wrong with an argument is named', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    expect((await bench.call('progress', { ...task, revision: 1, message: 'x' })).data).toMatchObject({
      refused: 'conflict',
    });
    expect((await bench.call('complete', { ...task, revision: 1 })).data).toMatchObject({ refused: 'conflict' });
    expect((await bench.call('progress', task)).text).toContain('message:');
    expect((await bench.call('progress', { ...task, message: 'x', secret: 1 })).data).toMatchObject({
      refused: 'invalid_input',
    });
    expect((await bench.call('complete', { task_id: 'nowhere' })).data).toMatchObject({ refused: 'not_found' });
  });
});
