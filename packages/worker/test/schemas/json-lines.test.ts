import { array, assert, configureGlobal, jsonValue, property } from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { expect, it } from 'vitest';
import { jsonLines } from '../../src/schemas/json-lines.ts';

configureGlobal({ seed: propertySeed(20_261_130) });

it('tells the line of each member and item, whatever stands in the texts before it', () => {
  const text = '{\n  "a{[,:": "}\\"\\n",\n  "list": [1,\n    { "b":\n      null }, []],\n  "c": {}\n}';
  const lineOf = jsonLines(text);
  const paths = [[], ['a{[,:'], ['list'], ['list', 0], ['list', 1], ['list', 1, 'b'], ['list', 2], ['c']];
  expect(paths.map((path) => lineOf(path))).toEqual([1, 2, 3, 3, 4, 4, 5, 6]);
  expect(lineOf(['list', 1, 'nowhere', 7])).toBe(4);
});

it('tells of any JSON, one value a line, the line of each', () => {
  assert(
    property(array(jsonValue(), { maxLength: 20 }), (items) => {
      const lineOf = jsonLines(`[${items.map((item) => JSON.stringify(item)).join(',\n')}]`);
      for (const index of items.keys()) expect(lineOf([index])).toBe(index + 1);
    }),
  );
});
