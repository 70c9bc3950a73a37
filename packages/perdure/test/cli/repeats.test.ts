/** A flag that takes one value and is given two: neither is silently lost. */

import { expect, test } from 'vitest';
import { createTaskPlace, oneSentence } from '../tasks/task-cli.ts';
import { cli, createPlace } from '../harness.ts';

test.each([
  ['--title', ['task', 'create', 'x', '--title', 'a', '--title', 'b', '--goal', 'g']],
  ['--state', ['task', 'list', '--state', 'paused', '--state', 'stopped']],
  ['--criterion', ['task', 'verify', 'x', '--criterion', '1', '--criterion=2', '--', 'true']],
  ['--home', ['runs', 'show', 'x', '--home', 'a', '--home', 'b']],
  ['--input', ['run', 'hello', '--input', '{}', '--input', '{}']],
])('%s given twice is refused by a sentence that names it', async (flag, argv) => {
  const { code, stdout, stderr } = await cli(argv, { cwd: createPlace().folder });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`${flag} takes one value and is given twice`);
  expect(stderr).toMatch(oneSentence);
});

test('a flag that makes a list is given as often as one likes', async () => {
  const place = createTaskPlace();
  const lists = ['--criterion', 'a', '--criterion', 'b', '--milestone', 'm1', '--milestone', 'm2'];
  await place.data(['create', 'ship', '--title', 't', '--goal', 'g', '--no-lease', ...lists]);
  expect(await place.data(['show', 'ship'])).toMatchObject({
    done_criteria: ['a', 'b'],
    milestones: [{ id: 'm1' }, { id: 'm2' }],
  });
});
