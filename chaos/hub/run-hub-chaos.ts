/**
 * The hub in mid traffic: people who talk, people who listen, and a server that is killed again and again, alone or
 * with everything. In the end what the clients wrote down is held against what is there.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@perdure/testing';
import { createClient, type Client } from '@perdure/sdk';
import { System } from '../../test/e2e/system.ts';
import type { Figure } from '../figures.ts';
import { createRandom } from '../random.ts';
import type { Heard, Sent } from './facts.ts';
import { judgeHub } from './judge.ts';
import { HubListener } from './listener.ts';
import { sendUntilOver } from './sender.ts';

export interface HubChaosOptions {
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const talkers = 5;
const channels = 2;
const backWithinMs = 60_000;
/** To hear what was said last. */
const hearWithinMs = 30_000;
const victims = [
  ['server', 65],
  ['all', 35],
] as const;

export async function runHubChaos(folder: string, options: HubChaosOptions): Promise<readonly Figure[]> {
  const { kills, say } = options;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(120_000 + 8_000 * kills)]);
  await using system = await System.start({ folder });
  const { people, channelIds } = await openHub(system);
  const { url } = system;
  const listeners = people.map(({ name, key }) => new HubListener({ name, url, key, channelIds }));
  const sent: Sent[] = [];
  const over = new AbortController();
  const sending = Promise.all(
    people.map(async ({ name, client }) => {
      await sendUntilOver({ name, client, channelIds, over: over.signal, signal }, (one) => void sent.push(one));
    }),
  );
  const killedAt: number[] = [];
  try {
    await killServer(system, { ...options, signal }, () => {
      killedAt.push(performance.now());
      const killed = killedAt.length;
      if (killed % 10 === 0) say(`${killed} kills so far, ${sent.length} messages acknowledged`);
    });
  } catch (error) {
    // Judged all the same: what is missing shows in the figures.
    say(`given up: ${String(error)}`);
    await system.allUp(backWithinMs);
  }
  over.abort();
  await sending;
  const history = await readAll(system.client, channelIds);
  const isHeard = ({ channelId, seq }: Heard): boolean => listeners.every((one) => one.cursor(channelId) >= seq);
  await until(() => history.every(isHeard), { what: 'all is heard', withinMs: hearWithinMs }).catch((error: unknown) =>
    say(String(error)),
  );
  const listened = listeners.map(({ facts }) => ({ ...facts }));
  for (const listener of listeners) listener.close();
  return judgeHub({ kills: killedAt.length, killedAt, sent, listened, history }, { kills });
}

async function openHub(system: System) {
  const owner = system.client;
  const people: { readonly name: string; readonly id: string; readonly key: string; readonly client: Client }[] = [];
  for (let n = 0; n < talkers; n += 1) {
    const name = `talker-${n}`;
    const { id } = (await owner.createPrincipal({ body: { kind: 'agent', handle: name } })).data;
    const { key } = (await owner.createKey({ params: { principalId: id }, body: {} })).data;
    people.push({ name, id, key, client: createClient({ url: system.url, key }) });
  }
  const channelIds: string[] = [];
  for (let n = 0; n < channels; n += 1) {
    const memberIds = people.map(({ id }) => id);
    const { data } = await owner.createChannel({ body: { kind: 'channel', name: `Talk ${n}`, memberIds } });
    channelIds.push(data.id);
  }
  return { people, channelIds };
}

/** Three in four wait until all is well again after the one before. */
async function killServer(system: System, options: HubChaosOptions, onKill: () => void): Promise<void> {
  const { kills, seed, signal } = options;
  const random = createRandom(seed);
  for (let n = 0; n < kills;) {
    if (!random.percent(25)) await system.allUp(backWithinMs, signal);
    await delay(random.int(50, 1_200), undefined, { signal });
    const victim = random.pick(victims);
    if (!system.kill(victim)) continue;
    n += 1;
    onKill();
    if (victim === 'all') await system.up();
  }
  await system.allUp(backWithinMs, signal);
}

async function readAll(client: Client, channelIds: readonly string[]): Promise<readonly Heard[]> {
  const all: Heard[] = [];
  for (const channelId of channelIds) {
    for (let cursor = 0; ;) {
      const query = { limit: 100, direction: 'after', cursor } as const;
      const { data } = await client.listMessages({ params: { channelId }, query });
      for (const { id: messageId, seq, clientGeneratedId: key = '' } of data) {
        all.push({ channelId, messageId, seq, key });
        cursor = seq;
      }
      if (data.length === 0) break;
    }
  }
  return all;
}
