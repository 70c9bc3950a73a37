/** What a tool tells, keeps for the next one, or gives away: words, hand-overs, leases, names. */

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@perdure/testing';
import { describe, expect, test } from 'vitest';
import { createPlanned, openBench, plan, proof, type Bench } from './support.ts';

const task_id = plan.task_id;
const owner = { now: 1, actor: 'owner', revision: 'latest' } as const;

async function say({ store }: Bench, intent: 'stop' | 'pause' | 'note' | 'steer', message: string): Promise<void> {
  const control = { type: 'control', controlId: message.slice(0, 20), intent, message, when: 'now' } as const;
  await store.apply(task_id, control, owner);
}

describe('a boundary', () => {
  test('of a task that a person stopped says so at a full context too, and hands nothing over', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    await say(bench, 'stop', 'the customer left');
    const answer = await bench.call('boundary', { ...task, context_percent: 55 });
    expect(answer.data).toMatchObject({ answer: 'stop', note: 'the customer left', state: 'stopped' });
    expect(await bench.store.resumeQueue.list()).toEqual([]);
  });

  test('with a revision and a context compares the revision once', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    const seen = { ...task, revision: 2, context_percent: 30 };
    expect((await bench.call('boundary', seen)).data).toMatchObject({ answer: 'go_on' });
    expect((await bench.call('boundary', seen)).data).toMatchObject({ refused: 'conflict' });
  });
});

describe('words', () => {
  test('that nobody was told count as waiting controls, and hold up the end', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    await say(bench, 'steer', 'do not finish');
    expect((await bench.call('progress', { ...task, message: 'x' })).data).toMatchObject({ controls_waiting: 1 });
    expect((await bench.call('complete', task)).text).toContain('nobody who works was told of the steer');
  });

  test('are told whole by continue, however long', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    const note = `first ${'word '.repeat(900)}last`;
    await say(bench, 'note', note);
    expect((await bench.call('continue', task)).text).toContain(`New note: ${note}`);
  });

  test('of a pause are told by the continue that ends it', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    await say(bench, 'pause', 'not before Monday');
    expect((await bench.call('continue', task)).text).toContain('It was paused (not before Monday)');
  });
});

describe('continue', () => {
  test('keeps a hand-over in the queue where its answer could not be made', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    await bench.call('boundary', { ...task, context_percent: 60 });
    let isBroken = true;
    const recent: Bench['store']['recent'] = async (...args) => {
      if (isBroken) throw new Error('the disk is gone');
      return await bench.store.recent(...args);
    };
    const broken = await openBench({ host: { store: { ...bench.store, recent } } });
    const ask = (given: object) => broken.server.call('perdure_continue', given, new AbortController().signal);
    await expect(ask({ task_id })).rejects.toThrow('the disk is gone');
    isBroken = false;
    broken.pass(20 * 60_000);
    expect((await ask({ task_id, take_over: true })).data['handed_over']).toHaveLength(1);
    expect(await bench.store.resumeQueue.list()).toEqual([]);
  });

  test('that is held up tells its holder that it keeps its lease, and others that there is none', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench);
    await bench.call('action', { ...task, phase: 'start', action_id: 'mail', text: 'send it' });
    const held = await bench.call('continue', task);
    expect(held.data).toMatchObject({ goes_on: false, action: 'reconcile_first' });
    expect(held.text).toContain('you keep the lease you have');
    expect((await bench.call('boundary', task)).data).toMatchObject({ answer: 'go_on' });
    bench.pass(20 * 60_000);
    const other = await bench.call('continue', { task_id, take_over: true });
    expect(other.text).toContain('there is no lease');
  });
});

test('a check that takes longer than the lease keeps it alive, so that nobody takes the task over', async () => {
  const bench = await openBench({ host: { leaseTtlMs: 300 } });
  const task = await createPlanned(bench);
  const [begun, go] = [join(bench.project, 'begun'), join(bench.project, 'go')];
  const command = ['sh', '-c', `touch ${begun}; until [ -e ${go} ]; do sleep 0.01; done`];
  const checked = bench.call('verify', { ...task, ...proof, command, paths: ['work.txt'] });
  await until(() => existsSync(begun), { what: 'the check runs', withinMs: 20_000 });
  const expiry = async () => (await bench.store.get(task_id))?.lease?.expires_at ?? '';
  for (let n = 0; n < 3; n += 1) {
    const before = await expiry();
    bench.pass(200);
    await until(async () => (await expiry()) > before, { what: 'the lease is renewed', withinMs: 20_000 });
  }
  expect((await bench.call('continue', { task_id, take_over: true })).data).toMatchObject({ refused: 'lease_held' });
  writeFileSync(go, '');
  expect((await checked).data).toMatchObject({ passed: true });
});

describe('a word for a criterion', () => {
  const word = { task_id, criterion: 1, kind: 'attest', statement: 'I looked' };

  test('needs to be somebody’s: that of the lease, or of a name that is no person’s', async () => {
    const bench = await openBench();
    const task = await createPlanned(bench, { acceptance: 'second-agent' });
    for (const given of [
      word,
      { ...word, lease: 'of another task' },
      { ...word, agent: 'owner' },
      { ...word, agent: 'mcp' },
    ]) {
      expect((await bench.call('verify', given)).data).toMatchObject({ refused: 'invalid_input' });
    }
    expect((await bench.call('verify', { ...word, ...task })).data).toMatchObject({ problem: 'not_accepted' });
    expect((await bench.call('verify', { ...word, agent: 'codex' })).data).toMatchObject({ problem: null });
    const by = (await bench.store.get(task_id))?.evidence.map((one) => one.by);
    expect(by).toEqual(['claude', 'codex']);
  });
});

test('a server of no project works in the folder of its client', async () => {
  const bench = await openBench({ host: { project: '' } });
  const task = await createPlanned(bench);
  expect((await bench.store.get(task_id))?.project).toBe('');
  expect((await bench.call('continue', {})).data['candidates']).toMatchObject([{ task_id }]);
  writeFileSync(join(bench.project, 'work.txt'), 'done\n');
  expect((await bench.call('verify', { ...task, ...proof })).data).toMatchObject({ passed: true });
});
