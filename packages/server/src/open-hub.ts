/** Joins the hub to its owner, to the check of keys, and to its sockets. */

import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { FailedKeys, Limiter, sendRate, type HubStore } from '@perdure/hub';
import { createIdentify, type HubDeps } from '@perdure/hub/desk';
import { createKeyCheck, type KeyCheck } from './http/security.ts';
import { createSocketServer, socketPath, type SocketServer } from './ws/listen-sockets.ts';
import { Switchboard } from './ws/switchboard.ts';

export interface Meeting {
  readonly hub: HubDeps;
  readonly checkKey: KeyCheck;
  readonly sockets: SocketServer & { readonly path: string };
  close(): void;
}

export interface MeetingDeps {
  readonly store: HubStore;
  readonly ownerKey: string;
  readonly log: (message: string) => void;
}

/** Who looks for a dead peer, or a stream that nobody goes on with, does so this often. */
const tickMs = 1_000;

export async function openHub({ store, ownerKey, log }: MeetingDeps): Promise<Meeting> {
  const clock = Date.now;
  const owner = await store.principals.ensureOwner({ id: randomUUIDv7(), workspaceId: randomUUIDv7(), now: clock() });
  const identify = createIdentify({ keys: store.keys, owner, ownerKey, clock, warn: log });
  const checkKey = createKeyCheck({ identify, failedKeys: new FailedKeys(), clock });
  const switchboard = new Switchboard({ store, clock, log });
  const sockets = createSocketServer({ checkKey, store, switchboard, clock, log });
  const ticking = setInterval(() => sockets.tick(clock()), tickMs);
  return {
    hub: {
      store,
      publish: (event) => switchboard.publish(event),
      isConnected: (principalId) => switchboard.isConnected(principalId),
      sends: new Limiter(sendRate),
      clock,
      newId: randomUUIDv7,
      newSecret: () => randomBytes(32).toString('base64url'),
    },
    checkKey,
    sockets: { ...sockets, path: socketPath },
    close: () => clearInterval(ticking),
  };
}
