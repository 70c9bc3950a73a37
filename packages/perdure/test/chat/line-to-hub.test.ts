/** Staying connected, on a clock that is moved by hand. */

import { expect, test } from 'vitest';
import { PerdureError, type ClientFrame } from '@perdure/contract';
import { LineToHub, type LineState } from '../../src/chat/line-to-hub.ts';
import type { SocketEvents } from '../../src/chat/socket.ts';

function openLine() {
  const time = { now: 0 };
  const timers = new Set<{ readonly at: number; readonly call: () => void }>();
  const sockets: { readonly events: SocketEvents; readonly sent: ClientFrame[]; isEnded: boolean }[] = [];
  const states: LineState[] = [];
  const refusals: PerdureError[] = [];
  const link = { isThere: true };
  let cursor = 5;
  const line = new LineToHub({
    link: () => {
      if (!link.isThere) throw new PerdureError('unreachable', 'Perdure is not running.');
      return { url: 'http://127.0.0.1:1', key: 'sk_x', socket: undefined };
    },
    open: (_link, events) => {
      const made = { events, sent: [] as ClientFrame[], isEnded: false };
      sockets.push(made);
      const end = (): void => {
        if (made.isEnded) return;
        made.isEnded = true;
        events.closed(1006);
      };
      return { send: (frame) => void made.sent.push(frame), end };
    },
    cursors: () => ({ c: cursor }),
    frame: () => (cursor += 1),
    state: (state) => void states.push(state),
    refused: (error) => void refusals.push(error),
    after: (ms, call) => {
      const timer = { at: time.now + ms, call };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    now: () => time.now,
  });
  const pass = (ms: number): void => {
    const end = time.now + ms;
    for (;;) {
      const [next] = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      time.now = next.at;
      timers.delete(next);
      next.call();
    }
    time.now = end;
  };
  const welcome = (heartbeatIntervalMs = 30_000): void =>
    sockets.at(-1)?.events.frame({ type: 'authenticated', heartbeatIntervalMs, principalId: 'p' });
  return { line, sockets, states, refusals, pass, welcome, link };
}

test('each connection asks for what came behind the cursor of then', () => {
  const { sockets, welcome, pass } = openLine();
  welcome();
  expect(sockets[0]?.sent.map(({ type }) => type)).toEqual(['meta', 'replay', 'ping']);
  sockets[0]?.events.frame({ type: 'pong' });
  sockets[0]?.events.closed(1006);
  pass(250);
  welcome();
  expect(sockets[1]?.sent.find(({ type }) => type === 'replay')).toEqual({ type: 'replay', cursors: { c: 6 } });
});

test('it comes back later and later, also where nothing runs, and soon again after a good connection', () => {
  const { sockets, states, link, welcome, pass } = openLine();
  sockets[0]?.events.closed(1006);
  link.isThere = false;
  pass(60_000);
  const waits = states.map((state) => (state.kind === 'away' ? state.againInMs : 0));
  expect(waits.slice(0, 8)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  link.isThere = true;
  pass(15_000);
  welcome(1_000_000);
  sockets.at(-1)?.events.frame({ type: 'pong' });
  pass(9_999);
  sockets.at(-1)?.events.closed(1001);
  expect(states.at(-1)).toEqual({ kind: 'away', againInMs: 15_000 });
  pass(15_000);
  welcome(1_000_000);
  sockets.at(-1)?.events.frame({ type: 'pong' });
  pass(10_000);
  sockets.at(-1)?.events.closed(1001);
  expect(states.at(-1)).toEqual({ kind: 'away', againInMs: 250 });
});

test('a server that does not answer a beat within ten seconds is left', () => {
  const { sockets, welcome, pass } = openLine();
  welcome();
  sockets[0]?.events.frame({ type: 'pong' });
  pass(39_999);
  expect(sockets[0]?.isEnded).toBe(false);
  pass(1);
  expect(sockets[0]?.isEnded).toBe(true);
  expect(sockets[0]?.sent.filter(({ type }) => type === 'ping')).toHaveLength(2);
  pass(250);
  expect(sockets).toHaveLength(2);
});

test('a server that opens a connection and never says a word on it is left within ten seconds', () => {
  const { sockets, welcome, pass } = openLine();
  pass(9_999);
  expect(sockets[0]?.isEnded).toBe(false);
  pass(1);
  expect(sockets[0]?.isEnded).toBe(true);
  pass(250);
  welcome();
  sockets[1]?.events.frame({ type: 'pong' });
  pass(20_000);
  expect([sockets.length, sockets[1]?.isEnded]).toEqual([2, false]);
});

test.each([4001, 4003])('after a close with %i it does not come back, and says why', (code) => {
  const { sockets, refusals, pass } = openLine();
  sockets[0]?.events.frame({ type: 'error', error: 'Your key was revoked.' });
  sockets[0]?.events.closed(code);
  pass(100_000);
  expect(sockets).toHaveLength(1);
  expect(refusals.map(({ code: name, message }) => [name, message])).toEqual([
    ['unauthenticated', expect.stringMatching(/^Your key was revoked; make a new one/)],
  ]);
});

test('once ended it opens nothing any more', () => {
  const { line, sockets, states, pass } = openLine();
  line.end();
  pass(100_000);
  expect([sockets.length, states.length]).toEqual([1, 0]);
});
