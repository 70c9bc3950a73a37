import { expect, test } from 'vitest';
import { askedText, timesAsked } from '../demo/asked.ts';

const request = (key: string) => JSON.stringify({ event: 'request', idempotencyKey: key });

test('counts the requests of its run in the log of the model', () => {
  const log = [
    request('r1/planner/turn-1/1'),
    JSON.stringify({ event: 'answered', idempotencyKey: 'r1/planner/turn-1/1' }),
    request('r1/review/1/reviewer/turn-1/1'),
    request('r1/review/1/reviewer/turn-1/2'),
    request('r2/planner/turn-1/1'),
    '{"event":"request","idempotencyKey":"r1/planner/tu',
  ].join('\n');
  const times = timesAsked(log, 'r1');
  expect([...times]).toEqual([
    ['planner/turn-1', 1],
    ['review/1/reviewer/turn-1', 2],
  ]);
  expect(askedText(times)).toBe('planner once, reviewer twice');
});
