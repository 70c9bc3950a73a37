import { EventEmitter } from 'node:events';
import type { ServerHttp2Session } from 'node:http2';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStrangers } from '../src/restate/strangers.ts';

class FakeSession extends EventEmitter {
  isDestroyed = false;
  destroy(): void {
    this.isDestroyed = true;
    this.emit('close');
  }
}

const newSession = () => new FakeSession() as FakeSession & ServerHttp2Session;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a connection that brings no signed call in time is ended; one that did is kept', () => {
  const strangers = createStrangers();
  const [silent, engine] = [newSession(), newSession()];
  strangers.add(silent);
  strangers.add(engine);
  strangers.prove(engine);
  vi.advanceTimersByTime(10_000);
  expect([silent.isDestroyed, engine.isDestroyed]).toEqual([true, false]);
});

test('of more than 64 connections without a signed call the oldest goes, and never one that has shown itself', () => {
  const strangers = createStrangers();
  const engine = newSession();
  strangers.add(engine);
  strangers.prove(engine);
  const crowd = Array.from({ length: 66 }, newSession);
  for (const session of crowd) strangers.add(session);
  expect(engine.isDestroyed).toBe(false);
  expect(crowd.map(({ isDestroyed }) => isDestroyed).indexOf(false)).toBe(2);
  expect(crowd.filter(({ isDestroyed }) => isDestroyed)).toHaveLength(2);
});
