/** A hub with its owner and four others, for the cases of the suite. Time and ids are inputs. */

import { onTestFinished } from 'vitest';
import type { Principal } from '@perdure/contract';
import type { DriveStore } from '../../core/drive/ports.ts';
import type { RegisteredFile } from '../../core/drive/records.ts';
import type { HubStore, MessageOutcome } from '../../core/ports.ts';
import type { SendMessage } from '../../core/decide-message.ts';
import type { Refusal } from '../../core/refusal.ts';

export interface HubStoreUnderTest {
  readonly store: HubStore;
  readonly drive: DriveStore;
  /** What another process has of the same. */
  readonly another: () => Promise<HubStore>;
  readonly close: () => void;
}

export type OpenHubStore = () => Promise<HubStoreUnderTest>;

export interface World {
  readonly store: HubStore;
  readonly drive: DriveStore;
  readonly another: HubStoreUnderTest['another'];
  readonly owner: Principal;
  readonly ada: Principal;
  readonly ben: Principal;
  readonly agent: Principal;
  readonly outsider: Principal;
  readonly newId: () => string;
}

export async function openWorld(open: OpenHubStore): Promise<World> {
  const { store, drive, another, close } = await open();
  onTestFinished(close);
  let count = 0;
  const newId = (): string => `id-${String((count += 1)).padStart(4, '0')}`;
  const owner = await store.principals.ensureOwner({ id: newId(), workspaceId: 'w', now: 1 });
  const make = async (kind: Principal['kind'], handle: string): Promise<Principal> => {
    const made = { id: newId(), kind, handle, displayName: handle.toUpperCase(), now: 2 };
    const outcome = await store.principals.create(owner, made);
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    return outcome.principal;
  };
  return {
    store,
    drive,
    another,
    owner,
    ada: await make('human', 'ada'),
    ben: await make('human', 'ben'),
    agent: await make('agent', 'scout'),
    outsider: await make('agent', 'stranger'),
    newId,
  };
}

/** A group of ada, ben and the agent, made by ada. */
export async function openGroup({ store, ada, ben, agent, newId }: World): Promise<string> {
  const memberIds = [ben.id, agent.id];
  const outcome = await store.channels.create(ada, { id: newId(), kind: 'group', name: 'Plans', memberIds, now: 3 });
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return outcome.seen.channel.id;
}

export function said(channelId: string, more: Partial<SendMessage> & { readonly id: string }): SendMessage {
  const plain = {
    content: 'hello',
    kind: 'text',
    intent: 'chat',
    replyTo: undefined,
    clientKey: undefined,
    attachmentIds: [],
  } as const;
  return { channelId, ...plain, now: 10, ...more };
}

/** What was taken. */
export function taken<T extends { readonly kind: string }>(outcome: T | Refusal): Exclude<T, Refusal> {
  if (outcome.kind === 'refused') throw new Error((outcome as Refusal).message);
  return outcome as Exclude<T, Refusal>;
}

export const codeOf = (outcome: { readonly kind: string } | Refusal | MessageOutcome): string =>
  'code' in outcome ? outcome.code : outcome.kind;

/** A file of `by` in all its three steps, of one byte. */
export async function putFile({ drive, newId }: World, by: Principal): Promise<RegisteredFile> {
  const id = newId();
  const made = { id, fileName: 'a.txt', contentType: 'text/plain', size: 1, now: 10 };
  taken(await drive.reserve(by, made));
  taken(await drive.upload({ fileId: id, size: 1, sha256: 'ab', blob: `blob-${id}`, now: 11 }));
  const said = { fileId: id, s3Key: `drive/${id}`, size: 1, channelId: undefined, now: 12 };
  return taken(await drive.register(by, said)).file;
}
