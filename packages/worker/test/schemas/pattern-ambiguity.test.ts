import { expect, it } from 'vitest';
import { isSlowPattern } from '../../src/schemas/pattern-ambiguity.ts';
import { readPattern } from '../../src/schemas/patterns.ts';

const isSlow = (source: string) => {
  const read = readPattern(source);
  if (read.kind === 'refused') throw new Error(read.why);
  return isSlowPattern(read.pattern);
};

it.each([
  '^(a+)+$',
  '(a|a)*b',
  '(a|aa)+$',
  '^(\\w+\\s?)*$',
  '(.*)*x',
  '(\\s*a\\s*)*b',
  '^(.+,)*.+$',
  '^(?:\\S+\\s*)+$',
  '(a?){30}a{30}',
  '(x+x+)+y',
  '(?=(a+)+$)b',
  '^(a{1,50}){1,50}$',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  '((a|a)*b)*c',
  '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+$',
  '^(?:a?b?)*$',
  '^(\\d+|\\w)*$',
  '^([\\w-\\.]+)*@',
  '^(?:[^"\\\\]+|\\\\.)*"$',
  '^(?<name>\\p{L}+ ?)+$',
])('%s can take exponentially long', (source) => {
  expect(isSlow(source)).toBe(true);
});

it.each([
  '^[a-z]+(-[a-z]+)*$',
  '^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$',
  '^\\d+\\d+$',
  '^(\\d{1,3}\\.){3}\\d{1,3}$',
  '^(?:[a-z]+\\.)*[a-z]+$',
  '^((a|b)*c)*$',
  '^[\\w-\\.]+@([\\w-]+\\.)+[\\w-]{2,4}$',
  '^\\s*(\\w+)\\s*$',
  '^(([0-9a-fA-F]{1,4}:){7,7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:)$',
  '^(https?:\\/\\/)?[\\w.-]+(\\/[\\w.-]*)*$',
  '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
  '^(a|b|c)*$',
  '^(?:[^"\\\\]|\\\\.)*"$',
  '^\\p{L}+( \\p{L}+)*$',
  '^.{0,5000}$',
  '(a+)+',
  '',
])('%s cannot', (source) => {
  expect(isSlow(source)).toBe(false);
});

it.each([
  ['of many characters', `^(?:${'a?'.repeat(500)})*$`],
  ['of many choices', `^(?:${Array.from({ length: 190 }, (_, n) => `\\w${n % 10}`).join('|')})*$`],
])('one %s is not looked at to the end, and not warned of', (_name, source) => {
  // Of this process alone: others may be at work.
  const from = process.cpuUsage();
  expect(isSlow(source)).toBe(false);
  expect(process.cpuUsage(from).user).toBeLessThan(5_000_000);
});
