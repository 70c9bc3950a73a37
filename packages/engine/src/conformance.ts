/**
 * What every engine adapter has to do: one suite, run by each of them. The harness hides how time passes: on a virtual
 * clock it is moved, on a real one it is waited for.
 */

import { describe, expect, it } from 'vitest';
import { retryDelays, type Drive, type Waker } from './port.ts';

export interface EngineHarness extends AsyncDisposable {
  readonly engine: Waker;
  /** Sets who drives from now on. */
  connect(drive: Drive): void;
  now(): number;
  /** Resolves when `condition` holds; rejects when it does not after a while of the harness's time. */
  until(condition: () => boolean): Promise<void>;
  /** Lets that much time pass. */
  pass(ms: number): Promise<void>;
  newRunId(): string;
}

export function engineConformance(name: string, open: () => Promise<EngineHarness>): void {
  describe(`the engine port on ${name}`, () => {
    it('E1: drives a run after a wake', async () => {
      await using harness = await open();
      const driven: string[] = [];
      harness.connect(async (runId) => void driven.push(runId));
      const id = harness.newRunId();
      await harness.engine.wake(id);
      await harness.until(() => driven.includes(id));
    });

    it('E1: drives at or after the time asked for, not before', async () => {
      await using harness = await open();
      const driven: number[] = [];
      harness.connect(async () => void driven.push(harness.now()));
      const at = harness.now() + 400;
      await harness.engine.wake(harness.newRunId(), { at });
      await harness.until(() => driven.length > 0);
      expect(driven[0]).toBeGreaterThanOrEqual(at);
    });

    it('E2: never drives one run twice at a time, and different runs side by side', async () => {
      await using harness = await open();
      const gate = Promise.withResolvers<void>();
      const driving = new Map<string, number>();
      let most = 0;
      harness.connect(async (runId) => {
        driving.set(runId, (driving.get(runId) ?? 0) + 1);
        most = Math.max(most, ...driving.values());
        await gate.promise;
        driving.set(runId, (driving.get(runId) ?? 0) - 1);
      });
      const [one, two] = [harness.newRunId(), harness.newRunId()];
      await Promise.all([one, one, two].map((id) => harness.engine.wake(id)));
      await harness.until(() => driving.get(one) === 1 && driving.get(two) === 1);
      await harness.pass(100);
      gate.resolve();
      expect(most).toBe(1);
    });

    it('E3: calls a drive that throws again, soon and with growing waits', async () => {
      await using harness = await open();
      const calls: number[] = [];
      harness.connect(async () => {
        calls.push(harness.now());
        if (calls.length < 4) throw new Error('not yet');
      });
      await harness.engine.wake(harness.newRunId());
      await harness.until(() => calls.length === 4);
      const waits = calls.slice(1).map((at, index) => at - (calls[index] ?? 0));
      // A busy machine makes each longer; none is much shorter than it should be.
      for (const [index, wait] of waits.entries()) {
        expect(wait).toBeGreaterThanOrEqual(Math.min(retryDelays.first * 2 ** index, retryDelays.longest) * 0.75);
      }
      expect(Math.max(...waits)).toBeLessThanOrEqual(10 * retryDelays.longest);
    });

    it('E4: a wake during a drive leads to another drive after it', async () => {
      await using harness = await open();
      const gate = Promise.withResolvers<void>();
      let begun = 0;
      harness.connect(async () => {
        begun += 1;
        if (begun === 1) await gate.promise;
      });
      const id = harness.newRunId();
      await harness.engine.wake(id);
      await harness.until(() => begun === 1);
      await harness.engine.wake(id);
      await harness.pass(100);
      expect(begun).toBe(1);
      gate.resolve();
      await harness.until(() => begun === 2);
    });

    it('keeps a thousand wakes, each of its own run', async () => {
      await using harness = await open();
      const driven = new Set<string>();
      harness.connect(async (runId) => void driven.add(runId));
      const ids = Array.from({ length: 1_000 }, () => harness.newRunId());
      await Promise.all(ids.map((id) => harness.engine.wake(id)));
      await harness.until(() => ids.every((id) => driven.has(id)));
    });
  });
}
