import { expect, test } from 'vitest';
import { readAnswer } from '../../src/agents/read-answer.ts';

test.each([
  ['bare', '{"a":1}'],
  ['in a fence', '```json\n{"a":1}\n```'],
  ['in a fence among prose', 'Here it is:\n\n```json\n{"a":1}\n```\n\nGood luck!'],
  ['between sentences', 'The answer is {"a":1}. Ask me anything.'],
  ['in a fence after prose with braces', 'In the style of {x}:\n```json\n{"a":1}\n```'],
])('an object %s is read', (_case, text) => {
  expect(readAnswer(text)).toEqual({ a: 1 });
});

test('a fence inside a string of the object is not taken for the answer', () => {
  const answer = { plan: 'Do this:\n```json\n{"b":2}\n```' };
  expect(readAnswer(JSON.stringify(answer))).toEqual(answer);
  expect(readAnswer(`Sure.\n${JSON.stringify(answer)}`)).toEqual(answer);
});

test.each([
  ['prose', 'I cannot do that.'],
  ['an array', '[1, 2]'],
  ['half an object', '{"a": 1, "b": {"c": 2}'],
  ['nothing', ''],
])('%s holds no answer', (_case, text) => {
  expect(readAnswer(text)).toBeUndefined();
});
