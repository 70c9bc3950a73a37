import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '@perdure/contract';
import { propertySeed } from '@perdure/testing';
import { Feeds, replayCap } from '../../src/ws/feeds.ts';

const channelId = 'c';
const messageOf = (seq: number): Message => ({ channelId, seq, id: `m${seq}` }) as Message;

async function turn(): Promise<void> {
  for (let n = 0; n < 10; n += 1) await Promise.resolve();
}

/** A socket with one channel. Messages are committed, then told of, and read when a test lets them be. */
function createFeed() {
  const sent: number[] = [];
  const said: number[] = [];
  const waiting: (() => void)[] = [];
  let committed = 0;
  let told = 0;
  let now = 0;
  const feeds = new Feeds({
    read: async (_channel, after, limit) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      const count = Math.max(0, Math.min(limit, committed - after));
      return Array.from({ length: count }, (_, index) => messageOf(after + 1 + index));
    },
    send: ({ seq }) => void sent.push(seq),
    sendText: (text) => void sent.push(Number(text)),
    sayMore: (_channel, lastSeq) => void said.push(lastSeq),
    flushed: async () => undefined,
    isOpen: () => true,
    clock: () => now,
    fail: (error) => {
      throw error;
    },
  });
  return {
    feeds,
    sent,
    said,
    commit: (count = 1) => void (committed += count),
    /** Of all that was committed. */
    tell: () => {
      for (; told < committed; told += 1) feeds.live(messageOf(told + 1), String(told + 1));
    },
    replay: (cursor: number) => feeds.replay(new Map([[channelId, Math.min(cursor, committed)]])),
    /** Lets what is being read come. */
    step: async () => {
      await turn();
      waiting.shift()?.();
      await turn();
    },
    drain: async () => {
      await turn();
      while (waiting.length > 0) {
        waiting.shift()?.();
        await turn();
      }
    },
    pass: (ms: number) => feeds.tick((now += ms)),
  };
}

const upTo = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('messages of a channel to one socket', () => {
  test('C2: what is new while others are caught up with comes in its turn, once', async () => {
    const feed = createFeed();
    feed.commit(5);
    feed.replay(2);
    feed.commit();
    feed.tell();
    await feed.drain();
    expect(feed.sent).toEqual([3, 4, 5, 6]);
    feed.commit();
    feed.tell();
    expect(feed.sent).toEqual([3, 4, 5, 6, 7]);
  });

  test('C3: what is new before the client has said what it has missed comes behind that', async () => {
    const feed = createFeed();
    feed.commit(5);
    feed.commit();
    feed.feeds.live(messageOf(6), '6');
    expect(feed.sent).toEqual([]);
    feed.replay(3);
    await feed.drain();
    expect(feed.sent).toEqual([4, 5, 6]);
  });

  test('C3: a client that says nothing is sent what is new after a moment, and nothing that was before', async () => {
    const feed = createFeed();
    feed.commit(5);
    feed.tell();
    feed.sent.length = 0;
    const late = createFeed();
    late.commit(6);
    late.feeds.live(messageOf(6), '6');
    late.feeds.release();
    await late.drain();
    expect(late.sent).toEqual([6]);
    late.commit();
    late.feeds.live(messageOf(7), '7');
    expect(late.sent).toEqual([6, 7]);
  });

  test(`C1: more than ${replayCap} come oldest first, and go on when they are asked for, or after a while unasked`, async () => {
    const feed = createFeed();
    feed.commit(1_700);
    feed.replay(0);
    await feed.drain();
    expect(feed.sent).toEqual(upTo(1, replayCap));
    expect(feed.said).toEqual([replayCap]);
    feed.commit();
    feed.feeds.live(messageOf(1_701), '1701');
    expect(feed.sent).toHaveLength(replayCap);
    feed.replay(replayCap);
    await feed.drain();
    expect(feed.sent).toEqual(upTo(1, 2 * replayCap));
    feed.pass(4_999);
    await feed.drain();
    expect(feed.sent).toHaveLength(2 * replayCap);
    for (let n = 0; n < 3; n += 1) {
      feed.pass(5_000);
      await feed.drain();
    }
    expect(feed.sent).toEqual(upTo(1, 1_701));
  });

  test('channels are caught up with one after the other: no more than a page is on its way to a client', async () => {
    let onItsWay = 0;
    const sent: string[] = [];
    const release: (() => void)[] = [];
    const feeds = new Feeds({
      read: async (channel, after, limit) =>
        Array.from(
          { length: Math.min(limit, 250 - after) },
          (_, at) => ({ channelId: channel, seq: after + 1 + at }) as Message,
        ),
      send: ({ channelId: channel, seq }) => {
        onItsWay += 1;
        sent.push(`${channel}${seq}`);
      },
      sendText: () => undefined,
      sayMore: () => undefined,
      flushed: async () => await new Promise<void>((resolve) => release.push(resolve)),
      isOpen: () => true,
      clock: () => 0,
      fail: (error) => {
        throw error;
      },
    });
    feeds.replay(
      new Map([
        ['a', 0],
        ['b', 0],
        ['c', 0],
      ]),
    );
    for (let n = 0; n < 20; n += 1) {
      await turn();
      expect(onItsWay).toBeLessThanOrEqual(100);
      onItsWay = 0;
      release.shift()?.();
    }
    expect(sent).toEqual(['a', 'b', 'c'].flatMap((channel) => upTo(1, 250).map((seq) => `${channel}${seq}`)));
  });

  test('C1: a client that asks late is sent what it has missed before what it was sent already', async () => {
    const feed = createFeed();
    feed.commit(5);
    feed.feeds.release();
    feed.commit();
    feed.feeds.live(messageOf(6), '6');
    feed.commit();
    feed.feeds.live(messageOf(7), '7');
    feed.replay(3);
    feed.commit();
    feed.feeds.live(messageOf(8), '8');
    await feed.drain();
    expect(feed.sent).toEqual([6, 7, 4, 5, 8]);
  });

  test('C1, C2: whatever is committed, told, read and asked for in whatever order, all come once and rising', async () => {
    const step = fc.constantFrom('commit', 'tell', 'step', 'again', 'pass');
    await fc.assert(
      fc.asyncProperty(fc.nat(12), fc.nat(700), fc.array(step, { maxLength: 40 }), async (cursor, before, steps) => {
        const feed = createFeed();
        feed.commit(before);
        const start = Math.min(cursor, before);
        feed.replay(start);
        for (const one of steps) {
          if (one === 'commit') feed.commit();
          if (one === 'tell') feed.tell();
          if (one === 'step') await feed.step();
          if (one === 'again') feed.replay(feed.sent.at(-1) ?? start);
          if (one === 'pass') feed.pass(5_000);
        }
        feed.commit();
        feed.tell();
        for (let n = 0; n < 4; n += 1) {
          await feed.drain();
          feed.pass(5_000);
        }
        await feed.drain();
        expect(feed.sent).toEqual(upTo(start + 1, start + feed.sent.length));
        expect(feed.sent.at(-1)).toBe(before + 1 + steps.filter((one) => one === 'commit').length);
      }),
      { numRuns: 300, seed: propertySeed(20_261_130) },
    );
  });
});
