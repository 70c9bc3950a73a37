import { describe, expect, it } from 'vitest';
import { createPersistentWaker } from '../src/persistent-waker.ts';
import { VirtualClock } from '../src/inline/virtual-clock.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** An engine that is away until told otherwise. */
function absentEngine() {
  const state = { isBack: false, tries: 0, woken: [] as string[] };
  const wake = async (runId: string): Promise<void> => {
    state.tries += 1;
    if (!state.isBack) throw new Error('away');
    state.woken.push(runId);
  };
  return { state, wake };
}

describe('waking while the engine is away', () => {
  it('says so at once, and wakes each run once when the engine is back', async () => {
    const clock = new VirtualClock();
    const engine = absentEngine();
    const waker = createPersistentWaker(engine, clock);
    for (const runId of ['a', 'a', 'b']) await expect(waker.wake(runId)).rejects.toThrow('away');
    clock.moveTo(clock.now() + 600);
    await turn();
    engine.state.isBack = true;
    clock.moveTo(clock.now() + 5_000);
    await turn();
    expect(engine.state.woken.toSorted()).toEqual(['a', 'b']);
    clock.moveTo(clock.now() + 60_000);
    await turn();
    expect(engine.state.woken).toHaveLength(2);
  });

  it('tries ever more slowly, at least every five seconds', async () => {
    const clock = new VirtualClock();
    const engine = absentEngine();
    await createPersistentWaker(engine, clock)
      .wake('a')
      .catch(() => undefined);
    for (let second = 0; second < 60; second += 1) {
      clock.moveTo(clock.now() + 1_000);
      await turn();
    }
    expect(engine.state.tries).toBeGreaterThan(12);
    expect(engine.state.tries).toBeLessThan(24);
  });

  it('tries nothing more once closed', async () => {
    const clock = new VirtualClock();
    const engine = absentEngine();
    const waker = createPersistentWaker(engine, clock);
    await waker.wake('a').catch(() => undefined);
    waker.close();
    clock.moveTo(clock.now() + 60_000);
    await turn();
    expect(engine.state.tries).toBe(1);
  });
});
