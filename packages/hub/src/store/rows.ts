/** Rows as records: what is null in a row is absent in a record. */

import { compact, type Principal } from '@perdure/contract';
import type { ApiKeysTable, ChannelMembersTable, ChannelsTable, MessagesTable, PrincipalsTable } from '@perdure/db';
import type { ChannelRecord, KeyRecord, MemberRecord, MessageRecord } from '../core/records.ts';

export const present = <T>(value: T | null): T | undefined => value ?? undefined;

export function toPrincipal(row: PrincipalsTable): Principal {
  return {
    id: row.id,
    kind: row.kind,
    handle: row.handle,
    displayName: row.display_name,
    workspaceId: row.workspace_id,
    isOwner: row.is_owner === 1,
    createdAt: new Date(row.created_at).toISOString(),
  };
}

export function toKey(row: ApiKeysTable): KeyRecord {
  return {
    id: row.id,
    principalId: row.principal_id,
    label: row.label,
    hint: row.hint,
    createdAt: row.created_at,
    ...compact({ lastUsedAt: present(row.last_used_at), revokedAt: present(row.revoked_at) }),
  };
}

export function toChannel(row: ChannelsTable): ChannelRecord {
  return {
    id: row.id,
    kind: row.kind,
    lastSeq: row.last_seq,
    createdBy: row.created_by,
    createdAt: row.created_at,
    ...compact({ name: present(row.name), directOf: present(row.dm_of) }),
  };
}

export type MemberRow = PrincipalsTable & Pick<ChannelMembersTable, 'joined_at' | 'read_seq'>;

export function toMember(row: MemberRow): MemberRecord {
  return { principal: toPrincipal(row), joinedAt: row.joined_at, readSeq: row.read_seq };
}

export function toMessage(row: MessagesTable): MessageRecord {
  return {
    channelId: row.channel_id,
    seq: row.seq,
    id: row.id,
    senderId: row.sender_id,
    kind: row.kind,
    intent: row.intent,
    content: row.content,
    createdAt: row.created_at,
    ...compact({
      threadRootId: present(row.thread_root_id),
      clientKey: present(row.client_key),
      streamingUntil: present(row.streaming_until),
      editedAt: present(row.edited_at),
      deletedAt: present(row.deleted_at),
    }),
  };
}
