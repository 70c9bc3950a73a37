/** Values of every size, wherever a store puts them: a large one may lie beside its row. */

import { describe, expect, it } from 'vitest';
import { resultOf } from './driver-at-work.ts';
import type { OpenStore } from './store-under-test.ts';
import { allOf, World } from './world.ts';

/** Characters: none, some, around powers of two (where a store may change the place), and many. */
const sizes = [0, 1, ...[4_096, 8_192, 65_536].flatMap((size) => [-3, -2, -1, 0, 1].map((by) => size + by)), 2_000_000];

/** Of one, two, three and four bytes, and one that JSON escapes. */
const letters = ['a', 'é', '語', '😀', '"', '\u0000'];

export function valuesStayWhole(open: OpenStore): void {
  describe('a value', () => {
    it.each(letters)('is read as it was written, whatever its size: of %j', async (letter) => {
      await using world = await World.open(open);
      const driver = await world.running();
      const texts = sizes.map((size) => JSON.stringify(letter.repeat(size / letter.length)));
      await Promise.all(texts.map((result, place) => driver.finish(`s${place}`, { result, seq: place + 1 })));
      const { steps } = await driver.load();
      for (const [place, text] of texts.entries()) {
        expect((await resultOf(world.store, steps[place])) === text).toBe(true);
        const step = await world.store.reader.getStep(driver.runId, `s${place}`);
        expect(JSON.stringify(step?.result) === text).toBe(true);
      }
    });

    it.each(letters)('is shown in a list, or its bytes are told: of %j', async (letter) => {
      await using world = await World.open(open);
      const driver = await world.running();
      const texts = sizes.map((size) => JSON.stringify(letter.repeat(size / letter.length)));
      await Promise.all(texts.map((result, place) => driver.finish(`s${place}`, { result, seq: place + 1 })));
      const shown = await allOf((page) => world.store.reader.listSteps(driver.runId, page));
      for (const [place, { result, resultBytes }] of shown.entries()) {
        const text = texts[place] ?? '';
        expect(resultBytes === undefined ? JSON.stringify(result) === text : result === undefined).toBe(true);
        expect(resultBytes ?? Buffer.byteLength(text)).toBe(Buffer.byteLength(text));
      }
      expect(shown[0]).toMatchObject({ result: '' });
      expect(shown.at(-1)).not.toHaveProperty('result');
    });

    it.each(sizes)('that a run gives or is given is read as it was written: %d characters', async (size) => {
      await using world = await World.open(open);
      const text = JSON.stringify('é'.repeat(size));
      const driver = await world.running({ input: text });
      await driver.change({ action: 'complete', output: text });
      const run = await world.store.reader.getRun(driver.runId);
      expect(JSON.stringify(run?.input) === text && JSON.stringify(run?.output) === text).toBe(true);
      expect((await world.store.journal.readOutcome(driver.runId))?.output === text).toBe(true);
    });

    it('that many steps share is read by each, also at the same time', async () => {
      await using world = await World.open(open);
      const drivers = await Promise.all(Array.from({ length: 5 }, () => world.running()));
      const result = JSON.stringify('x'.repeat(100_000));
      const closed = await Promise.all(drivers.map((driver) => driver.finish('same', { result })));
      expect(closed.map(({ kind }) => kind)).toEqual(drivers.map(() => 'committed'));
      for (const driver of drivers) {
        expect((await resultOf(world.store, (await driver.load()).steps[0])) === result).toBe(true);
      }
    });

    it('closes a step that was started like any other, whatever its size', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const texts = [10, 100_000].map((size) => JSON.stringify('x'.repeat(size)));
      for (const [place, result] of texts.entries()) {
        await driver.start(`s${place}`);
        await driver.finish(`s${place}`, { result });
      }
      const { steps } = await driver.load();
      expect(await Promise.all(steps.map((step) => resultOf(world.store, step)))).toEqual(texts);
    });

    it('that is null is not one that is absent', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      await driver.finish('null', { result: 'null' });
      await driver.finish('absent', { result: null });
      const { steps } = await driver.load();
      expect(await resultOf(world.store, steps[0])).toBe('null');
      expect(await resultOf(world.store, steps[1])).toBeNull();
    });

    it('that was recorded and is gone is an error that says so, and not an empty value', async () => {
      await using world = await World.open(open);
      await expect(world.store.journal.readBlob('0'.repeat(64))).rejects.toMatchObject({ code: 'storage_corrupt' });
    });
  });
}
