import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@perdure/testing/after-test';
import { describe, expect, it } from 'vitest';
import { startDespiteDamage } from '../../src/restate/damaged-data.ts';

const refused = new Error('The engine did not start: it ended.');

/** An engine that starts unless its data is `damaged`; `startsAtAll`: or without any. */
function setUp({ data = true, startsAtAll = true } = {}) {
  const root = tempFolder();
  const folder = join(root, 'engine');
  const words: string[] = [];
  let now = 0;
  let starts = 0;
  const damage = () => {
    mkdirSync(join(folder, 'node'), { recursive: true });
    writeFileSync(join(folder, 'node', 'damaged'), '');
  };
  mkdirSync(folder);
  if (data) damage();
  const start = async (isGivenUp = false) =>
    await startDespiteDamage({
      folder,
      start: async () => {
        starts += 1;
        if (!startsAtAll || existsSync(join(folder, 'node', 'damaged'))) throw refused;
        return 'started';
      },
      isGivenUp: () => isGivenUp,
      now: () => new Date((now += 1_000)),
      log: (line) => words.push(line),
    });
  return { root, folder, words, damage, start, starts: () => starts };
}

const asideIn = (root: string) => readdirSync(root).filter((name) => name.startsWith('engine.damaged-'));

describe('an engine that does not start on its data', () => {
  it('begins anew, its data is kept aside, and one line says so', async () => {
    const { root, words, start } = setUp();
    expect(await start()).toBe('started');
    const [aside = ''] = asideIn(root);
    expect(existsSync(join(root, aside, 'node', 'damaged'))).toBe(true);
    expect(words).toEqual([expect.stringContaining(`moved to ${join(root, aside)}; it has begun anew`)]);
  });

  it('leaves the newest data aside, and none of before', async () => {
    const { root, damage, start } = setUp();
    await start();
    const before = asideIn(root);
    damage();
    await start();
    expect(asideIn(root)).toHaveLength(1);
    expect(asideIn(root)).not.toEqual(before);
  });

  it('gets its data back where it does not start without it either, and the first reason is told', async () => {
    const { root, folder, words, start, starts } = setUp({ startsAtAll: false });
    await expect(start()).rejects.toBe(refused);
    expect(existsSync(join(folder, 'node', 'damaged'))).toBe(true);
    expect([asideIn(root), words, starts()]).toEqual([[], [], 2]);
  });

  it('is left alone where it has no data, and where the start was given up', async () => {
    const fresh = setUp({ data: false, startsAtAll: false });
    await expect(fresh.start()).rejects.toBe(refused);
    const givenUp = setUp();
    await expect(givenUp.start(true)).rejects.toBe(refused);
    expect([fresh.starts(), givenUp.starts(), asideIn(givenUp.root)]).toEqual([1, 1, []]);
  });
});
