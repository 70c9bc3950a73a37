import { expect, test } from 'vitest';
import { returnText } from '../core/lane-support.ts';
import { createPlanned, openBench } from './support.ts';

async function openLanes() {
  const bench = await openBench({ tools: 'all' });
  const { lease } = await createPlanned(bench, { execution_priority: 'time' });
  const lane = async (step: string, given: object = {}) =>
    await bench.call('lane', { task_id: 'release-1', step, ...given });
  return { bench, lease, lane };
}

test('a line goes from assign to complete, and a worker that returns needs no lease', async () => {
  const { lease, lane } = await openLanes();
  const assigned = await lane('assign', { line: 'docs', goal: 'Write the guide', write_targets: ['docs/'], lease });
  expect(assigned.isError).toBeUndefined();
  const { text } = await lane('brief', { line: 'docs' });
  expect(text).toContain('Give it back as your answer');
  expect(text).not.toContain('perdure task');
  const returned = await lane('return', {
    text: returnText({ tag: 'done', goal_status: 'complete', next_role: 'none' }),
  });
  expect(returned).toMatchObject({ data: { class: 'resolved', status: 'done' } });
  const decided = await lane('decide', { line: 'docs', decision: 'complete', lease });
  expect(decided).toMatchObject({ data: { line: 'docs', class: 'resolved' } });
  expect((await lane('check')).text).toContain('resolved: docs is done');
});

test('what waits is told by check and by boundary, and a decision without the lease is refused', async () => {
  const { bench, lease, lane } = await openLanes();
  await lane('assign', { line: 'docs', goal: 'Write the guide', lease });
  await lane('return', { text: returnText() });
  expect(await lane('check')).toMatchObject({ data: { waiting: 1 } });
  expect((await bench.call('boundary', { task_id: 'release-1', lease })).text).toContain('Decide on lane docs');
  expect(await lane('decide', { line: 'docs', decision: 'park' })).toMatchObject({ data: { refused: 'lease_held' } });
});

test('a return that fits no lane is an error that says so, and what is no return writes nothing', async () => {
  const { lane } = await openLanes();
  expect(await lane('return', { text: returnText() })).toMatchObject({ isError: true, data: { why: 'unknown_line' } });
  expect(await lane('return', { text: 'all done!' })).toMatchObject({
    isError: true,
    data: { refused: 'invalid_input' },
  });
  expect(await lane('return')).toMatchObject({ isError: true, data: { refused: 'invalid_input' } });
  expect(await lane('assign', { goal: 'x' })).toMatchObject({ isError: true, data: { refused: 'invalid_input' } });
});

test('a refusal names the fields of the tool, and no flag of the shell', async () => {
  const { lease, lane } = await openLanes();
  await lane('assign', { line: 'docs', goal: 'Write the guide', write_targets: ['docs/'], lease });
  const clash = await lane('assign', { line: 'more', goal: 'Write more', write_targets: ['docs/'], lease });
  expect(clash.text).toContain('or say with coordination how');
  await lane('return', {
    text: returnText({ tag: 'done', goal_status: 'complete', body: 'Completed\nSent the mail' }),
  });
  const unproved = await lane('decide', { line: 'docs', decision: 'complete', lease });
  expect(unproved.text).toContain('say with proof where');
  await lane('assign', { line: 'more', goal: 'Write more', lease });
  const early = await lane('decide', { line: 'more', decision: 'complete', lease });
  expect(early.text).toContain('say with note why');
});
