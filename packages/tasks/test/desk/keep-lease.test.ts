import { setInterval } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { whileRenewing } from '../../src/desk/keep-lease.ts';

/** Counts, and says when it has counted so far. */
function counter() {
  let count = 0;
  const waiting: { readonly until: number; readonly resolve: () => void }[] = [];
  return {
    get count() {
      return count;
    },
    renew: () => {
      count += 1;
      for (const { until, resolve } of waiting) if (count >= until) resolve();
      return Promise.resolve();
    },
    reached: (until: number) => new Promise<void>((resolve) => void waiting.push({ until, resolve })),
  };
}

const lost = () => Promise.reject(new Error('superseded'));

describe('work that takes long', () => {
  it('has its lease renewed before it begins and as long as it lasts, and not after', async () => {
    const counted = counter();
    const fourth = counted.reached(4);
    const atEnd = await whileRenewing(counted.renew, 30, async () => {
      expect(counted.count).toBe(1);
      await fourth;
      return counted.count;
    });
    expect(atEnd).toBeGreaterThanOrEqual(4);
    // Another one of the same length, begun later, has come three times: the renewing would have, too.
    let ticks = 0;
    for await (const _ of setInterval(30)) if ((ticks += 1) === 3) break;
    expect(counted.count).toBe(atEnd);
  });

  it('does not begin where the lease is lost already', async () => {
    let hasBegun = false;
    const work = () => Promise.resolve((hasBegun = true));
    await expect(whileRenewing(lost, 60_000, work)).rejects.toThrow('superseded');
    expect(hasBegun).toBe(false);
  });

  it('is not cut short by a renewal that fails, nor by the end of the renewing', async () => {
    const second = Promise.withResolvers<void>();
    let count = 0;
    const renew = () => {
      count += 1;
      if (count < 2) return Promise.resolve();
      second.resolve();
      return Promise.reject(new Error('busy'));
    };
    expect(await whileRenewing(renew, 30, () => second.promise.then(() => 'done'))).toBe('done');
  });

  it('that fails says so, and its lease is left alone from then on', async () => {
    const counted = counter();
    await expect(whileRenewing(counted.renew, 60_000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(counted.count).toBe(1);
  });
});
