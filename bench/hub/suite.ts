/** The hub: how soon a message is heard, how many are taken, how many hear one, how soon missed ones are there. */

import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@perdure/testing';
import { requireBuild } from '../command.ts';
import type { Figure } from '../figures.ts';
import { percentile } from '../statistics.ts';
import type { Suite } from '../suite.ts';
import { makeTempHome } from '../temp-home.ts';
import { listen, openMeeting, type Listener, type Meeting, type Member } from './meeting.ts';

/** So many may send 50 times 20 messages a second together. */
const principals = 50;

export const measureHub: Suite = async (say) => {
  requireBuild();
  using home = makeTempHome();
  say(`${principals} principals meet`);
  await using meeting = await openMeeting(home.path, principals);
  say('a message to another client, 50 a second');
  const latency = await measureLatency(meeting);
  say('eight senders');
  const sends = await measureSends(meeting);
  say('one message to a thousand sockets');
  const fanOut = await measureFanOut(meeting);
  say('10,000 missed messages, while others are sent');
  return [...latency, sends, fanOut, ...(await measureReplay(meeting))];
};

const memberAt = ({ members }: Meeting, n: number): Member => members[n % members.length] as Member;

async function send(member: Member, channelId: string, content = 'hello'): Promise<number> {
  return (await member.client.sendMessage({ params: { channelId }, body: { content } })).data.seq;
}

async function measureLatency(meeting: Meeting): Promise<readonly Figure[]> {
  const channelId = await meeting.openChannel('latency');
  const listener = await listen(meeting.url, memberAt(meeting, 0).key);
  await send(memberAt(meeting, 1), channelId);
  await until(() => listener.cameAt.size === 1, { what: 'the first message', withinMs: 10_000, everyMs: 5 });
  const samples: Promise<number>[] = [];
  for (let n = 0; n < 500; n += 1) {
    const from = performance.now();
    samples.push(heardAfter(listener.cameAt, send(memberAt(meeting, n), channelId), from));
    await delay(20);
  }
  const times = await Promise.all(samples);
  listener.close();
  const note =
    '500 messages, 50 a second, each on disk before it is answered; from the request to the frame at another client';
  return [
    { id: 'hub-heard-p50', value: percentile(times, 0.5), unit: 'ms', target: { atMost: 5 }, note },
    { id: 'hub-heard-p99', value: percentile(times, 0.99), unit: 'ms', target: { atMost: 25 }, note },
  ];
}

async function heardAfter(cameAt: ReadonlyMap<number, number>, sent: Promise<number>, from: number): Promise<number> {
  const seq = await sent;
  const at = await until(() => cameAt.get(seq), { what: `message ${seq}`, withinMs: 10_000, everyMs: 1 });
  return at - from;
}

async function measureSends(meeting: Meeting): Promise<Figure> {
  const channelId = await meeting.openChannel('sends');
  const from = performance.now();
  const wanted = 3_000;
  let sent = 0;
  // Each goes through the principals in turn, since one alone may send 20 a second.
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (sent < wanted) await send(memberAt(meeting, (sent += 1)), channelId);
    }),
  );
  const perSecond = (wanted * 1_000) / (performance.now() - from);
  const note = `${wanted} messages by 8 senders at once over HTTP, each on disk before it is answered`;
  return { id: 'hub-sends', value: perSecond, unit: '/s', target: { atLeast: 500 }, note };
}

async function measureFanOut(meeting: Meeting): Promise<Figure> {
  const channelId = await meeting.openChannel('fan-out');
  const listeners: Listener[] = [];
  for (let n = 0; n < 1_000; n += 50) {
    const some = Array.from({ length: 50 }, (_, at) => listen(meeting.url, memberAt(meeting, n + at).key));
    listeners.push(...(await Promise.all(some)));
  }
  await send(memberAt(meeting, 0), channelId, 'warm');
  await delay(1_000);
  const from = performance.now();
  const seq = await send(memberAt(meeting, 0), channelId);
  await until(() => listeners.every(({ cameAt }) => cameAt.has(seq)), {
    what: 'a message at a thousand sockets',
    withinMs: 30_000,
    everyMs: 5,
  });
  const last = Math.max(...listeners.map(({ cameAt }) => cameAt.get(seq) ?? 0)) - from;
  for (const listener of listeners) listener.close();
  const note = 'from the request to the last of 1,000 sockets, of 50 principals, all in this process';
  return { id: 'hub-fan-out', value: last, unit: 'ms', target: { atMost: 500 }, note };
}

async function measureReplay(meeting: Meeting): Promise<readonly Figure[]> {
  const channelId = await meeting.openChannel('replay');
  const missed = 10_000;
  let sent = 0;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (sent < missed) {
        await send(memberAt(meeting, (sent += 1)), channelId).catch(async () => {
          sent -= 1;
          await delay(100);
        });
      }
    }),
  );
  const over = new AbortController();
  const others = (async () => {
    for (let n = 0; !over.signal.aborted; n += 1) {
      void send(memberAt(meeting, n), channelId).catch(() => undefined);
      await delay(10);
    }
  })();
  const from = performance.now();
  const listener = await listen(meeting.url, memberAt(meeting, 0).key, { [channelId]: 0 });
  await until(() => listener.seqs.length >= missed, { what: 'the missed messages', withinMs: 60_000, everyMs: 2 });
  const took = (listener.cameAt.get(missed) ?? 0) - from;
  over.abort();
  await others;
  await delay(500);
  const wrong = listener.seqs.filter((seq, at) => seq !== at + 1).length;
  listener.close();
  const note = `${missed} missed messages of one channel, asked for 500 at a time, while others send 100 a second`;
  return [
    { id: 'hub-replay', value: took, unit: 'ms', target: { atMost: 3_000 }, note },
    {
      id: 'hub-replay-out-of-order',
      value: wrong,
      unit: 'n',
      target: { atMost: 0 },
      note: 'of those, and of the new ones behind them',
    },
  ];
}
