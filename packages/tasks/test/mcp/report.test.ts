import type { Delivery } from '@perdure/contract';
import { expect, test } from 'vitest';
import { defaultPolicy } from '../../src/core/report-policy.ts';
import { writeTask } from '../../src/desk/write.ts';
import { createPlanned, openBench, start, type Bench } from './support.ts';

const webhook: Delivery = {
  method: 'webhook',
  url: 'https://hooks.example.com/of-ship/s3cret',
  secret_variable: 'SHIP_SECRET',
};

const isWanted = ({ reason }: { readonly reason: string }) => reason === 'milestone';

async function bind({ store }: Bench, lease: string, delivery: Delivery): Promise<void> {
  const deps = { store, now: () => start, warn: () => undefined };
  const command = { type: 'bind', delivery } as const;
  expect(await writeTask(deps, { lease }, { taskId: 'release-1', command })).toMatchObject({ kind: 'written' });
}

async function openReported(delivery: Delivery) {
  const bench = await openBench({ tools: 'all', host: { reportPolicy: async () => ({ ...defaultPolicy, level: 2 }) } });
  const { lease } = await createPlanned(bench, { milestones: [{ id: 'm', title: 'Parser' }] });
  await bind(bench, lease, delivery);
  const report = async (given: object = {}) => await bench.call('report', { task_id: 'release-1', ...given });
  const milestone = { id: 'm', status: 'done' };
  await bench.call('progress', { task_id: 'release-1', lease, message: 'parsed', milestone });
  return { bench, lease, report };
}

test('a task is told as its reports tell it: at the level of the settings, or at one that is asked for', async () => {
  const { report } = await openReported(webhook);
  const usual = await report();
  expect(usual).toMatchObject({ data: { level: 2, report: expect.stringContaining('phase: ') } });
  expect(usual.text.split('\n')[0]).toBe(usual.data['line']);
  expect(usual.text).toContain(String(usual.data['report']));
  expect(await report({ level: 0 })).toMatchObject({ data: { level: 0, report: 'Release 1: still running.' } });
  expect(JSON.parse(String((await report({ level: 4 })).data['report']))).toMatchObject({ reporting: { level: 2 } });
  expect(await report({ level: 5 })).toMatchObject({ isError: true, data: { refused: 'invalid_input' } });
});

test('what has not arrived is told with where it goes, and what has is told no more', async () => {
  const { bench, report } = await openReported(webhook);
  const waiting = await report();
  expect(waiting.text).toContain(
    'Reports go to: a webhook of hooks.example.com.\nReport 1 is pending: milestone by webhook',
  );
  expect(waiting.data).toMatchObject({
    owed_count: 2,
    owed: [{ number: 1, state: 'pending', method: 'webhook' }, { number: 2 }],
  });
  const claim = { now: start, methods: ['webhook'], most: 1, until: start + 1, isWanted } as const;
  const [claimed] = (await bench.store.outbox.claim(claim)).claimed;
  if (claimed === undefined) throw new Error('nothing was claimed');
  await bench.store.outbox.settle(claimed, { kind: 'unknown', why: 'no answer\nReport 2 is sent' }, start);
  expect((await report()).text).toContain('Report 1 is unknown (no answer Report 2 is sent): milestone by webhook');
  await bench.store.outbox.order('release-1', 1, 'skip', start);
  const second = await report();
  expect(second.text).not.toContain('Report 1 ');
  await bench.store.outbox.order('release-1', 2, 'skip', start);
  expect((await report()).text).toContain('No report waits.');
});

test('no argument of a program and no path of an address is told, for either may hold a secret', async () => {
  const { bench, lease, report } = await openReported(webhook);
  expect(JSON.stringify(await report())).not.toContain('s3cret');
  await bind(bench, lease, { method: 'command', argv: ['notify', '--token', 's3cret'], cwd: '/' });
  const answer = await report();
  expect(answer.text).toContain('Reports go to: the program notify.');
  expect(JSON.stringify(answer)).not.toContain('s3cret');
});

test('it writes nothing, and a task there is not is refused in the words of these tools', async () => {
  const { bench, report } = await openReported(webhook);
  const before = await bench.store.get('release-1');
  await report();
  expect(await bench.store.get('release-1')).toEqual(before);
  const lost = await report({ task_id: 'gone' });
  expect(lost).toMatchObject({ isError: true, data: { refused: 'not_found' } });
  expect(lost.text).not.toContain('perdure task');
});
