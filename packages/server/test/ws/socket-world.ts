/** Sockets of the hub without a network: what a client sends and is sent, on a clock that stands still. */

import { expect } from 'vitest';
import { serverFrameSchema, type CloseCode, type ServerFrame } from '@perdure/contract';
import { HubConnection } from '../../src/ws/connection.ts';
import type { Socket } from '../../src/ws/socket.ts';
import { Switchboard } from '../../src/ws/switchboard.ts';
import { createHubWorld, type Person } from '../http/hub-world.ts';

export interface FakeClient {
  readonly connection: HubConnection;
  /** All that it was sent, each held against the contract. */
  readonly frames: ServerFrame[];
  readonly closed: { code: CloseCode | undefined; reason: string; isDead: boolean };
  send(frame: unknown): Promise<void>;
  ofType<Type extends ServerFrame['type']>(type: Type): Extract<ServerFrame, { readonly type: Type }>[];
  /** Numbers of the messages that came, as they came. */
  seqs(): readonly number[];
}

/** Takes what it is sent, each held against the contract, and nothing behind a close. */
function createFakeSocket(more: Partial<Socket>) {
  const frames: ServerFrame[] = [];
  const closed: FakeClient['closed'] = { code: undefined, reason: '', isDead: false };
  const socket: Socket = {
    buffered: 0,
    send: (text) => {
      expect(closed.code, 'nothing is sent behind a close').toBeUndefined();
      frames.push(serverFrameSchema.parse(JSON.parse(text)));
    },
    flushed: async () => undefined,
    close: (code, { reason, isDead = false }) => Object.assign(closed, { code, reason, isDead }),
    ...more,
  };
  return { socket, frames, closed };
}

export async function createSocketWorld() {
  const time = { now: 1_700_000_000_000 };
  const clock = () => time.now;
  const logged: string[] = [];
  const world = await createHubWorld({ clock });
  const { hub, checkKey } = world.harness.options;
  const board = new Switchboard({
    store: hub.store,
    links: hub.links,
    clock,
    log: (message) => void logged.push(message),
  });
  // The desk tells whoever is connected; the world was made before there was anybody.
  Object.assign(hub, {
    publish: (event: Parameters<Switchboard['publish']>[0]) => board.publish(event),
    isConnected: (principalId: string) => board.isConnected(principalId),
  });

  const all: HubConnection[] = [];
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 60; n += 1) await Promise.resolve();
    await board.settled();
    for (let n = 0; n < 60; n += 1) await Promise.resolve();
  };
  const connect = (base = 'http://127.0.0.1:7373', more: Partial<Socket> = {}, cookie?: string): FakeClient => {
    const { socket, frames, closed } = createFakeSocket(more);
    const connection = new HubConnection({
      socket,
      address: 'here',
      base,
      checkKey,
      cookie,
      store: hub.store,
      links: hub.links,
      switchboard: board,
      clock,
      log: (message) => void logged.push(message),
    });
    all.push(connection);
    const ofType: FakeClient['ofType'] = (type) => frames.filter((frame) => frame.type === type) as never;
    return {
      connection,
      frames,
      closed,
      send: async (frame) => {
        connection.receive(typeof frame === 'string' ? frame : JSON.stringify(frame));
        await settle();
      },
      ofType,
      seqs: () => ofType('message').map(({ message }) => message.seq),
    };
  };
  /** Connected, known, and past the moment in which messages are held back. */
  const enter = async ({ key }: Person, base?: string): Promise<FakeClient> => {
    const client = connect(base);
    await client.send({ type: 'auth', apiKey: key });
    await client.send({ type: 'ping' });
    return client;
  };
  /** Second by second, as the server looks. */
  const pass = async (seconds: number): Promise<void> => {
    for (let n = 0; n < seconds; n += 1) {
      time.now += 1_000;
      for (const connection of all) connection.tick(time.now);
      board.tick(time.now);
      await settle();
    }
  };
  return { ...world, time, logged, board, connect, enter, settle, pass };
}
export type SocketWorld = Awaited<ReturnType<typeof createSocketWorld>>;
