import { randomUUIDv7 } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createIds, newId } from '../src/rising-id.ts';

const uuid = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe('ids of what is recorded', () => {
  it('rise, however many are made within one millisecond, and each is a UUIDv7 of its own', () => {
    const ids = Array.from({ length: 20_000 }, newId);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !uuid.test(id))).toEqual([]);
  });

  it('rise where the clock is set back, and are of the time again once that has come', () => {
    const times = [5, 5, 1, 1, 2, 9].map((second) => `0190000${second}-0000-7abc-8fff-ffffffffff00`);
    const made = [...times];
    const ids = createIds({ make: () => made.shift() ?? '', step: () => 0x80 });
    const all = times.map(() => ids());
    expect(all.toSorted()).toEqual(all);
    expect(new Set(all).size).toBe(all.length);
    expect([all[0], all[5]]).toEqual([times[0], times[5]]);
  });

  it('carry from their last digits to those before them', () => {
    const ids = createIds({ make: () => '01900000-0000-7abc-9fff-ffffffffffff', step: () => 1 });
    expect([ids(), ids(), ids()]).toEqual([
      '01900000-0000-7abc-9fff-ffffffffffff',
      '01900000-0000-7abd-9000-000000000000',
      '01900000-0000-7abd-9000-000000000001',
    ]);
  });

  it('are those of Node where these rise by themselves', () => {
    const made: string[] = [];
    const ids = createIds({ make: () => (made.push(randomUUIDv7()), made.at(-1) ?? ''), step: () => 1 });
    expect(ids()).toBe(made[0]);
  });
});
