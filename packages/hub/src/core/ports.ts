/**
 * What the hub needs of a store: it reads, lets the core decide and writes, all under one lock. Rejects only where the
 * database cannot be read or written. Every store passes `store/conformance.ts`.
 */

import type { Principal } from '@perdure/contract';
import type { AuditStore } from './audit.ts';
import type { CreateChannel } from './decide-channel.ts';
import type { EditMessage, OfMessage, React, SendMessage } from './decide-message.ts';
import type { FamilyStore } from './family/ports.ts';
import type { Page, PageRequest } from './page.ts';
import type { KeyRecord, MemberRecord, Standing, StoredMessage } from './records.ts';
import type { Refusal } from './refusal.ts';
import type { SessionRecord } from './sessions.ts';

export type { Page, PageRequest } from './page.ts';

export interface NewPrincipal {
  readonly id: string;
  readonly kind: Principal['kind'];
  readonly handle: string;
  readonly displayName: string;
  readonly now: number;
}

export type PrincipalOutcome = { readonly kind: 'principal'; readonly principal: Principal } | Refusal;

export interface PrincipalStore {
  /** The owner, made now with these ids if there is none. */
  ensureOwner(made: { readonly id: string; readonly workspaceId: string; readonly now: number }): Promise<Principal>;
  create(by: Principal, made: NewPrincipal): Promise<PrincipalOutcome>;
  rename(
    by: Principal,
    changed: { readonly principalId: string; readonly displayName: string; readonly now: number },
  ): Promise<PrincipalOutcome>;
  get(principalId: string): Promise<Principal | undefined>;
  byHandle(handle: string): Promise<Principal | undefined>;
  /** By handle. */
  list(page: PageRequest): Promise<Page<Principal>>;
}

export interface NewKey {
  readonly id: string;
  readonly principalId: string;
  readonly label: string;
  readonly hint: string;
  /** SHA-256 of the key, in hexadecimal. */
  readonly hash: string;
  readonly now: number;
}

export interface FoundKey {
  readonly key: KeyRecord;
  readonly principal: Principal;
  readonly hash: string;
}

export interface KeyStore {
  create(by: Principal, made: NewKey): Promise<{ readonly kind: 'created'; readonly key: KeyRecord } | Refusal>;
  /** `same`: it was revoked before. */
  revoke(
    by: Principal,
    revoked: { readonly keyId: string; readonly now: number },
  ): Promise<{ readonly kind: 'revoked' | 'same'; readonly key: KeyRecord } | Refusal>;
  /** Newest first. */
  list(principalId: string): Promise<readonly KeyRecord[]>;
  /** Keys whose hash begins as this one does, revoked ones too: whoever asks compares the whole. */
  candidates(hash: string): Promise<readonly FoundKey[]>;
  used(keyId: string, now: number): Promise<void>;
}

/** A channel as somebody sees it; `directName`: of the one they talk to in a dm. */
export type SeenChannel = Standing & { readonly directName?: string };
export type MemberOutcome = { readonly kind: 'member'; readonly member: MemberRecord } | Refusal;

export interface ChannelStore {
  create(
    by: Principal,
    command: CreateChannel,
  ): Promise<{ readonly kind: 'created' | 'found'; readonly seen: SeenChannel } | Refusal>;
  /** Undefined: it is not there. Whether they may see it is asked of the core. */
  get(viewer: Principal, channelId: string): Promise<SeenChannel | undefined>;
  /** Newest first; `isAll`: also those they are not in. */
  list(viewer: Principal, page: PageRequest & { readonly isAll: boolean }): Promise<Page<SeenChannel>>;
  /** By handle. */
  members(channelId: string, page: PageRequest): Promise<Page<MemberRecord>>;
  addMember(by: Principal, change: MemberChange): Promise<MemberOutcome>;
  removeMember(by: Principal, change: MemberChange): Promise<MemberOutcome>;
  markRead(
    by: Principal,
    read: { readonly channelId: string; readonly seq: number },
  ): Promise<{ readonly kind: 'moved' | 'same'; readonly seq: number } | Refusal>;
  memberIds(channelId: string): Promise<readonly string[]>;
  /** The channels somebody is in, with the number of the newest message of each. */
  lastSeqs(principalId: string): Promise<ReadonlyMap<string, number>>;
  /** Who shares a channel with them, themselves left out. */
  peers(principalId: string): Promise<readonly string[]>;
}

export interface MemberChange {
  readonly channelId: string;
  readonly principalId: string;
  readonly now: number;
}

export type MessageOutcome = { readonly kind: 'changed' | 'same'; readonly stored: StoredMessage } | Refusal;

export interface MessageStore {
  /** Numbered and on disk when it resolves; `repeated`: it was sent before under the same key. */
  send(
    by: Principal,
    command: SendMessage,
  ): Promise<{ readonly kind: 'sent' | 'repeated'; readonly stored: StoredMessage } | Refusal>;
  edit(by: Principal, command: EditMessage): Promise<MessageOutcome>;
  remove(by: Principal, command: OfMessage & { readonly now: number }): Promise<MessageOutcome>;
  react(by: Principal, command: React): Promise<MessageOutcome>;
  get(messageId: string): Promise<StoredMessage | undefined>;
  /** What somebody has sent under a key. */
  sentUnder(sent: {
    readonly channelId: string;
    readonly senderId: string;
    readonly clientKey: string;
  }): Promise<StoredMessage | undefined>;
  /** At most `limit`, oldest first: the first ones behind `after`, or the last ones before `before`. */
  read(
    channelId: string,
    range:
      | { readonly after: number; readonly limit: number }
      | { readonly before: number | undefined; readonly limit: number },
  ): Promise<readonly StoredMessage[]>;
}

export interface FoundSession {
  readonly session: SessionRecord;
  readonly principal: Principal;
  readonly hash: string;
}

/** What opens one now, as SHA-256 in hexadecimal, and until when. */
interface SessionSecret {
  readonly hash: string;
  readonly now: number;
  readonly expiresAt: number;
}

export interface SessionStore {
  offer(
    by: Principal,
    made: SessionSecret & { readonly id: string; readonly principalId: string },
  ): Promise<{ readonly kind: 'offered'; readonly session: SessionRecord } | Refusal>;
  /** H6: of two that come with one link at the same moment one is refused. */
  open(
    sessionId: string,
    opened: SessionSecret,
  ): Promise<{ readonly kind: 'opened'; readonly session: SessionRecord } | Refusal>;
  end(
    by: Principal,
    ended: { readonly sessionId: string; readonly now: number },
  ): Promise<{ readonly kind: 'ended'; readonly session: SessionRecord } | Refusal>;
  /** Those that are offered or open, newest first. */
  list(
    page: PageRequest & { readonly principalId: string | undefined; readonly now: number },
  ): Promise<Page<SessionRecord>>;
  /** Those whose hash begins as this one does, ended ones too: whoever asks compares the whole. */
  candidates(hash: string): Promise<readonly FoundSession[]>;
  used(sessionId: string, now: number): Promise<void>;
}

export interface HubStore {
  readonly principals: PrincipalStore;
  readonly keys: KeyStore;
  readonly sessions: SessionStore;
  readonly channels: ChannelStore;
  readonly messages: MessageStore;
  readonly families: FamilyStore;
  readonly audit: AuditStore;
}
