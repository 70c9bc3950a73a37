/** Joins the hub to its owner, to the check of keys, to its files, and to its sockets. */

import { randomBytes } from 'node:crypto';
import { newId, type Database, type GroupCommit } from '@perdure/db';
import type { HomePaths } from '@perdure/home';
import type { Principal } from '@perdure/contract';
import { FailedKeys, Limiter, sendRate, type Publish } from '@perdure/hub';
import { createIdentify, type DriveDeps, type HubDeps } from '@perdure/hub/desk';
import { createHubStore, type TaskTools } from '@perdure/hub/store';
import { createKeyCheck, createSignIn, type KeyCheck, type SignIn } from './http/security.ts';
import { openDrive, openLinks } from './open-drive.ts';
import { createSocketServer, socketPath, type SocketServer } from './ws/listen-sockets.ts';
import { Switchboard } from './ws/switchboard.ts';

export interface Meeting {
  /** What the HTTP API has of it. */
  readonly deps: {
    readonly hub: HubDeps;
    readonly drive: DriveDeps;
    readonly checkKey: KeyCheck;
    readonly signIn: SignIn;
  };
  readonly sockets: SocketServer & { readonly path: string };
  readonly owner: Principal;
  /** Calls back for all that happens from now on. */
  listen(listener: Publish): void;
  close(): void;
}

export interface MeetingDeps {
  readonly database: Database;
  readonly group: GroupCommit;
  readonly paths: HomePaths;
  readonly ownerKey: string;
  /** For the tasks of leads. */
  readonly tasks: TaskTools;
  readonly log: (message: string) => void;
}

/** Who looks for a dead peer, or a stream that nobody goes on with, does so this often. */
const tickMs = 1_000;

export async function openHub({ database, group, paths, ownerKey, tasks, log }: MeetingDeps): Promise<Meeting> {
  const clock = Date.now;
  const store = createHubStore(database, group, tasks);
  const links = openLinks(paths);
  const sends = new Limiter(sendRate);
  const owner = await store.principals.ensureOwner({ id: newId(), workspaceId: newId(), now: clock() });
  const identify = createIdentify({ keys: store.keys, sessions: store.sessions, owner, ownerKey, clock, warn: log });
  const failedKeys = new FailedKeys();
  const checkKey = createKeyCheck({ identify, failedKeys, clock });
  const switchboard = new Switchboard({ store, links, clock, log });
  const sockets = createSocketServer({ checkKey, store, switchboard, links, clock, log });
  const listeners: Publish[] = [];
  const publish: HubDeps['publish'] = (event) => {
    switchboard.publish(event);
    for (const listener of listeners) listener(event);
  };
  const drive = openDrive({ database, group, paths, links, sends, publish, log });
  const ticking = setInterval(() => sockets.tick(clock()), tickMs);
  const hub: HubDeps = {
    store,
    publish,
    isConnected: (principalId, keyId) => switchboard.isConnected(principalId, keyId),
    sends,
    links,
    clock,
    newId,
    newSecret: () => randomBytes(32).toString('base64url'),
  };
  return {
    deps: { hub, drive: drive.deps, checkKey, signIn: createSignIn({ failedKeys, clock }) },
    sockets: { ...sockets, path: socketPath },
    owner,
    listen: (listener) => void listeners.push(listener),
    close: () => {
      clearInterval(ticking);
      drive.close();
    },
  };
}
