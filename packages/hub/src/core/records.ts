/** What the hub keeps, as its core sees it. Times are milliseconds since the epoch. */

import type { ChannelKind, MessageKind, Principal } from '@perdure/contract';

export interface ChannelRecord {
  readonly id: string;
  readonly kind: ChannelKind;
  /** Of a dm: both members, so that there is one for each two. */
  readonly directOf?: string;
  /** Absent for a dm. */
  readonly name?: string;
  readonly lastSeq: number;
  readonly createdBy: string;
  readonly createdAt: number;
}

/** A channel, and where somebody stands to it. */
export interface Standing {
  readonly channel: ChannelRecord;
  /** How far they have read; absent: they are not in it. */
  readonly readSeq?: number;
}

export interface MemberRecord {
  readonly principal: Principal;
  readonly joinedAt: number;
  readonly readSeq: number;
}

export interface MessageRecord {
  readonly channelId: string;
  readonly seq: number;
  readonly id: string;
  readonly senderId: string;
  readonly kind: MessageKind;
  readonly intent: string;
  readonly content: string;
  readonly threadRootId?: string;
  /** By which its sender knows a repeated send again. */
  readonly clientKey?: string;
  /** More of it is to come, unless nothing has until then. */
  readonly streamingUntil?: number;
  readonly createdAt: number;
  readonly editedAt?: number;
  readonly deletedAt?: number;
}

export interface ReactionRecord {
  readonly principalId: string;
  readonly emoji: string;
}

/** A message with what is shown with it. */
export interface StoredMessage {
  readonly message: MessageRecord;
  readonly sender: Pick<Principal, 'handle' | 'displayName' | 'kind'>;
  /** Oldest first. */
  readonly reactions: readonly ReactionRecord[];
  /** In the order of their sender. */
  readonly attachments: readonly AttachmentRecord[];
}

/** A file that a message brings. */
export interface AttachmentRecord {
  readonly fileId: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly size: number;
}

export interface KeyRecord {
  readonly id: string;
  readonly principalId: string;
  readonly label: string;
  readonly hint: string;
  readonly createdAt: number;
  readonly lastUsedAt?: number;
  readonly revokedAt?: number;
}
