import { expect, test } from 'vitest';
import { parseBytes } from '../src/bytes.ts';
import { parseDuration } from '../src/index.ts';

test.each([
  ['500ms', 500],
  ['90s', 90_000],
  ['15m', 900_000],
  ['1.5h', 5_400_000],
  ['24 h', 86_400_000],
  [' 7d ', 604_800_000],
  ['0s', undefined],
  ['15', undefined],
  ['15min', undefined],
  ['-5m', undefined],
  ['99999999999999999d', undefined],
  ['', undefined],
])('the span of time %j is %j', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  ['100B', 100],
  ['512KB', 524_288],
  ['64MB', 67_108_864],
  ['1.5 gb', 1_610_612_736],
  ['64', undefined],
  ['0MB', undefined],
  ['64Mb/s', undefined],
])('the size %j is %j', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});
