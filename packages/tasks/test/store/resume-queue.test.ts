import { describe, expect, it } from 'vitest';
import type { ResumeItem } from '../../src/core/ports.ts';
import { openWorld } from './support.ts';

const item = (n: number, of: Partial<ResumeItem> = {}): ResumeItem => ({
  id: `h${n}`,
  taskId: `task-${n % 2}`,
  title: `Go on ${n}`,
  context: 'where it stands',
  source: 'guard',
  session: 's',
  createdAt: 1_000 - n,
  ...of,
});
const ids = (items: readonly ResumeItem[]) => items.map(({ id }) => id);

async function openQueue() {
  const { store } = await openWorld();
  return store.resumeQueue;
}

describe('the queue of hand-overs', () => {
  it('gives back what came first, whatever the clocks said', async () => {
    const queue = await openQueue();
    for (const n of [1, 2, 3]) expect(await queue.add(item(n))).toEqual({ kind: 'added', dropped: [] });
    expect(await queue.list()).toEqual([item(1), item(2), item(3)]);
    expect(await queue.pop()).toEqual(item(1));
    expect(await queue.pop()).toEqual(item(2));
    expect(await queue.pop()).toEqual(item(3));
    expect(await queue.pop()).toBeUndefined();
  });

  it('gives back the oldest of one task and leaves those of others', async () => {
    const queue = await openQueue();
    for (const n of [1, 2, 3, 4]) await queue.add(item(n));
    expect(await queue.pop('task-0')).toEqual(item(2));
    expect(await queue.pop('task-9')).toBeUndefined();
    expect(ids(await queue.list())).toEqual(['h1', 'h3', 'h4']);
  });

  it('refreshes the item with the same words, letter case and spaces aside, in its place', async () => {
    const queue = await openQueue();
    await queue.add(item(1));
    await queue.add(item(2));
    const again = item(9, { title: ' GO  on 1 ', context: 'Where\nit stands', taskId: null, source: '', session: 't' });
    expect(await queue.add(again)).toEqual({ kind: 'updated', dropped: [] });
    expect(await queue.list()).toEqual([item(1, { session: 't' }), item(2)]);
  });

  it('keeps the same words of two tasks apart', async () => {
    const queue = await openQueue();
    await queue.add(item(1));
    const other = item(2, { title: 'Go on 1' });
    expect(await queue.add(other)).toEqual({ kind: 'added', dropped: [] });
    expect(await queue.list()).toEqual([item(1), other]);
  });

  it('keeps a hundred and says which one had to go', async () => {
    const queue = await openQueue();
    for (let n = 1; n <= 100; n += 1) await queue.add(item(n));
    expect(await queue.add(item(101))).toEqual({ kind: 'added', dropped: [item(1)] });
    expect(await queue.list()).toHaveLength(100);
    expect(await queue.clear()).toBe(100);
    expect(await queue.list()).toEqual([]);
  });
});
