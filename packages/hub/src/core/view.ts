/** Records as they are shown. */

import {
  compact,
  type ApiKey,
  type AuditEntry,
  type Channel,
  type Member,
  type Message,
  type Session,
} from '@perdure/contract';
import type { AuditRecord } from './audit.ts';
import type { Links } from './drive/ports.ts';
import type { AttachmentRecord, KeyRecord, MemberRecord, ReactionRecord, Standing, StoredMessage } from './records.ts';
import { lifeOf, type SessionRecord } from './sessions.ts';

export const isoTime = (at: number): string => new Date(at).toISOString();
export const isoTimeIfAny = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : isoTime(at);

export interface ViewDeps {
  readonly links: Pick<Links, 'download'>;
  readonly clock: () => number;
}

/** A stream that nobody went on with has ended, whatever is stored; links of attachments are fresh. */
export function messageView(
  { message, sender, reactions, attachments }: StoredMessage,
  { links, clock }: ViewDeps,
): Message {
  const now = clock();
  const attached = (file: AttachmentRecord) => ({
    ...file,
    downloadUrl: links.download({ fileId: file.fileId, messageId: message.id }, now),
  });
  const { clientKey, streamingUntil = 0, createdAt, editedAt, deletedAt, threadRootId, ...said } = message;
  return {
    ...said,
    plaintext: said.content,
    streaming: streamingUntil > now,
    createdAt: isoTime(createdAt),
    metadata: {
      senderHandle: sender.handle,
      senderDisplayName: sender.displayName,
      senderKind: sender.kind,
      ...compact({ attachments: attachments.length === 0 ? undefined : attachments.map(attached) }),
    },
    ...compact({
      threadRootId,
      clientGeneratedId: clientKey,
      editedAt: isoTimeIfAny(editedAt),
      deletedAt: isoTimeIfAny(deletedAt),
      reactions: reactions.length === 0 ? undefined : byEmoji(reactions),
    }),
  };
}

function byEmoji(reactions: readonly ReactionRecord[]): NonNullable<Message['reactions']> {
  return [...Map.groupBy(reactions, ({ emoji }) => emoji)].map(([emoji, some]) => ({
    emoji,
    principalIds: some.map(({ principalId }) => principalId),
  }));
}

/** `directName`: of the one that somebody talks to in a dm. */
export function channelView({ channel, readSeq, directName }: Standing & { readonly directName?: string }): Channel {
  const { id, kind, name, lastSeq, createdBy, createdAt } = channel;
  const shown = name ?? directName ?? 'dm';
  return { id, kind, name: shown, lastSeq, createdBy, createdAt: isoTime(createdAt), ...compact({ readSeq }) };
}

export function memberView({ principal, joinedAt, readSeq }: MemberRecord): Member {
  const { id, kind, handle, displayName } = principal;
  return { id, kind, handle, displayName, joinedAt: isoTime(joinedAt), readSeq };
}

export function sessionView(session: SessionRecord, now: number): Session {
  const { id, principalId, createdBy, createdAt, openedAt, lastUsedAt, expiresAt } = session;
  const times = compact({ openedAt: isoTimeIfAny(openedAt), lastUsedAt: isoTimeIfAny(lastUsedAt) });
  const life = lifeOf(session, now);
  return { id, principalId, life, createdBy, createdAt: isoTime(createdAt), expiresAt: isoTime(expiresAt), ...times };
}

export function keyView({ createdAt, lastUsedAt, revokedAt, ...key }: KeyRecord): ApiKey {
  const times = compact({ lastUsedAt: isoTimeIfAny(lastUsedAt), revokedAt: isoTimeIfAny(revokedAt) });
  return { ...key, createdAt: isoTime(createdAt), ...times };
}

export function auditEntryView({ at, detail, ...entry }: AuditRecord): AuditEntry {
  return { ...entry, at: isoTime(at), ...(detail !== undefined && { detail: { ...detail } }) };
}
