import { describe, expect, it } from 'vitest';
import { figuresJson, figuresTable, isReached, type Figure } from '../figures.ts';
import { median, percentile } from '../statistics.ts';

const figure: Figure = { id: 'growth', value: 1.25, unit: 'x', target: { atMost: 1.3 }, note: '5 ms against 4 ms' };

describe('a figure', () => {
  it('reaches a target that it meets exactly, in either direction', () => {
    expect(isReached({ ...figure, value: 1.3 })).toBe(true);
    expect(isReached({ ...figure, value: 1.8, target: { atLeast: 1.8 } })).toBe(true);
  });

  it('misses a target on the wrong side of it', () => {
    expect(isReached({ ...figure, value: 1.31 })).toBe(false);
    expect(isReached({ ...figure, value: 1.79, target: { atLeast: 1.8 } })).toBe(false);
  });

  it('misses nothing where there is no target', () => {
    const { target: _target, ...reported } = figure;
    expect(JSON.parse(figuresJson([reported]))).toEqual({
      figures: [{ id: 'growth', value: 1.25, unit: 'x', target: null, ok: true }],
    });
  });

  it('that was not measured misses nothing, and says why to people and to programs', () => {
    const { value: _value, ...skipped } = { ...figure, note: 'There is no python3.' };
    expect(JSON.parse(figuresJson([skipped]))).toEqual({
      figures: [{ id: 'growth', value: null, unit: 'x', target: '<= 1.3', ok: true, skipped: 'There is no python3.' }],
    });
    expect(figuresTable([skipped]).split('\n')[1]).toBe('growth  -      <= 1.3  skipped  There is no python3.');
  });

  it('names its target and its direction to programs, on one line', () => {
    const line = figuresJson([{ ...figure, value: 1.25049 }]);
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({
      figures: [{ id: 'growth', value: 1.25, unit: 'x', target: '<= 1.3', ok: true }],
    });
  });

  it('shows people what was missed and what the value was made of', () => {
    const [, row] = figuresTable([{ ...figure, value: 2 }]).split('\n');
    expect(row).toBe('growth  2.00 x  <= 1.3  MISSED  5 ms against 4 ms');
  });
});

describe('the sums', () => {
  it('take the mean of the two in the middle as the median of an even number', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([3, 1, 2])).toBe(2);
  });

  it('take a percentile from the samples themselves, by nearest rank', () => {
    const samples = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(samples, 0.99)).toBe(99);
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([1, 2], 0.5)).toBe(1);
  });

  it('refuse no samples at all', () => {
    expect(() => median([])).toThrow(RangeError);
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});
