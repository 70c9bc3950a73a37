import { expect, test } from 'vitest';
import { statusLines } from '../../src/instance/view-up.ts';

const plain = (_colour: string, text: string) => text;

test('what a part had to leave out is told at the first start too, and again after each restart', () => {
  const ready = {
    kind: 'ready',
    part: 'worker',
    pid: 1,
    warnings: ['agents/x/AGENT.md:5: no \u001b[2J goal'],
  } as const;
  const warning = '! agents/x/AGENT.md:5: no \\u001b[2J goal';
  expect(statusLines(ready, { isUp: false, paint: plain })).toEqual([warning]);
  expect(statusLines(ready, { isUp: true, paint: plain })).toEqual(['✓ worker is ready', warning]);
});
