/** A hub in use: `perdure up` as a newcomer starts it, principals with keys, channels, and sockets that listen. */

import { readOwnerKey } from '@perdure/home';
import { createClient, type Client } from '@perdure/sdk';
import { until } from '@perdure/testing';
import { startInstance, type Instance } from '../start/instance.ts';

export interface Member {
  readonly id: string;
  readonly key: string;
  readonly client: Client;
}

export interface Meeting {
  readonly url: string;
  /** Made once, and counted from here; each may send 20 a second. */
  readonly members: readonly Member[];
  /** Of all of them. */
  openChannel(name: string): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openMeeting(home: string, count: number): Promise<Meeting> {
  const instance: Instance = await startInstance(home, { demoModel: false });
  const { url, paths } = instance;
  const owner = createClient({ url, key: readOwnerKey(paths) ?? '' });
  const members: Member[] = [];
  for (let n = 0; n < count; n += 1) members.push(await join(owner, url, `member-${n}`));
  return {
    url,
    members,
    openChannel: async (name) => {
      const memberIds = members.map(({ id }) => id);
      return (await owner.createChannel({ body: { kind: 'channel', name, memberIds } })).data.id;
    },
    [Symbol.asyncDispose]: async () => await instance[Symbol.asyncDispose](),
  };
}

async function join(owner: Client, url: string, handle: string): Promise<Member> {
  const { id } = (await owner.createPrincipal({ body: { kind: 'agent', handle } })).data;
  const { key } = (await owner.createKey({ params: { principalId: id }, body: {} })).data;
  return { id, key, client: createClient({ url, key }) };
}

/** When each message came, by its number. */
export interface Listener {
  readonly cameAt: Map<number, number>;
  /** As they came. */
  readonly seqs: number[];
  readonly opened: number;
  send(frame: object): void;
  close(): void;
}

interface Frame {
  readonly type: string;
  readonly message?: { readonly seq: number };
  readonly channelId?: string;
  readonly lastSeq?: number;
}

/** Let in, and past the moment in which messages are held back; with cursors it asks on until nothing more is there. */
export async function listen(url: string, key: string, cursors?: Readonly<Record<string, number>>): Promise<Listener> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/connect`);
  const cameAt = new Map<number, number>();
  const seqs: number[] = [];
  let isIn = false;
  const send = (frame: object): void => socket.send(JSON.stringify(frame));
  socket.addEventListener('open', () => send({ type: 'auth', apiKey: key }));
  socket.addEventListener('message', ({ data }) => {
    const { type, message, channelId = '', lastSeq = 0 } = JSON.parse(String(data)) as Frame;
    if (message !== undefined && type === 'message') {
      cameAt.set(message.seq, performance.now());
      seqs.push(message.seq);
    }
    if (type === 'authenticated') send(cursors === undefined ? { type: 'ping' } : { type: 'replay', cursors });
    if (type === 'replay.more') send({ type: 'replay', cursors: { [channelId]: lastSeq } });
    isIn ||= type === 'authenticated';
  });
  await until(() => isIn, { what: 'a socket that is let in', withinMs: 60_000, everyMs: 2 });
  return { cameAt, seqs, opened: performance.now(), send, close: () => socket.close() };
}
