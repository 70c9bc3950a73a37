import { expect, test } from 'vitest';
import { filledForm } from '../src/return-form.ts';

const form = (line: string, more = '') =>
  `Count the lamps.\n\ntag: autopilot | done\ntask_id: r1\nline: ${line}\nnode: look\ngoal_status: partial | complete\nnext_role: main | user${more}`;
const schema = '{"type":"object","properties":{"found":{"type":"integer"}},"required":["found"]}';
const asked = `\n\nEnd with a fence that holds JSON for this JSON Schema:\n${schema}`;

test('is filled in with what is asked for, and with the ids of the last one', () => {
  const said = filledForm(`${form('w1')}\nDone.\n${form('w2', asked)}\nThanks.`);
  const [head = '', json = ''] = (said ?? '').split('```json\n');
  expect(head.split('\n').slice(0, 6)).toEqual([
    'tag: done',
    'task_id: r1',
    'line: w2',
    'node: look',
    'goal_status: complete',
    'next_role: main',
  ]);
  expect(JSON.parse(json.replace('```', ''))).toEqual({ found: expect.any(Number) });
});

test('needs no data where none is asked for, and is none where there are no headers', () => {
  expect(filledForm(form('w1'))).not.toContain('```');
  expect(filledForm('Count the lamps. The tag: of the first is red.')).toBeUndefined();
});
