/** Messages in SQLite. A number is given in the transaction that writes the message, so none is left out. */

import type { Principal } from '@perdure/contract';
import { type Connection, createRead, type GroupCommit } from '@perdure/db';
import {
  decideDelete,
  decideEdit,
  decideReact,
  decideSend,
  type ChangeDecision,
  type MessageFacts,
  type OfMessage,
} from '../core/decide-message.ts';
import type { MessageOutcome, MessageStore } from '../core/ports.ts';
import type { StoredMessage } from '../core/records.ts';
import { ChannelRows } from './channel-rows.ts';
import { DriveRows } from './drive/drive-rows.ts';
import { MessageRows } from './message-rows.ts';

export function createMessageStore(database: Connection, group: GroupCommit): MessageStore {
  const rows = new MessageRows(database);
  const channels = new ChannelRows(database);
  const drive = new DriveRows(database);
  const read = createRead(database);
  const facts = (by: Principal, { channelId, messageId }: OfMessage): MessageFacts => ({
    standing: channels.standing(channelId, by.id),
    message: rows.get(messageId),
  });
  /** Written, or found, above. */
  const stored = (messageId: string): StoredMessage => rows.whole(messageId) as StoredMessage;
  const write = (decision: ChangeDecision): MessageOutcome => {
    if (decision.kind === 'refused') return decision;
    if (decision.kind === 'change') rows.change(decision.message);
    return { kind: decision.kind === 'change' ? 'changed' : 'same', stored: stored(decision.message.id) };
  };

  return {
    send: (by, command) =>
      group.run(() => {
        const { channelId, replyTo, clientKey, attachmentIds } = command;
        const decision = decideSend(by, command, {
          standing: channels.standing(channelId, by.id),
          earlier: rows.byKey(channelId, by.id, clientKey),
          parent: rows.get(replyTo),
          files: attachmentIds.flatMap((id) => drive.get(id) ?? []),
        });
        if (decision.kind === 'refused') return decision;
        if (decision.kind === 'repeat') return { kind: 'repeated', stored: stored(decision.message.id) } as const;
        rows.insert(decision.message);
        drive.attach(decision.message.id, decision.attachmentIds);
        channels.grow(channelId, decision.message.seq);
        if (decision.isRead) channels.markRead(channelId, by.id, decision.message.seq);
        return { kind: 'sent', stored: stored(decision.message.id) } as const;
      }),
    edit: (by, command) => group.run(() => write(decideEdit(by, command, facts(by, command)))),
    remove: (by, command) =>
      group.run(() => {
        const decision = decideDelete(by, command, facts(by, command));
        if (decision.kind === 'change') drive.detach(command.messageId);
        return write(decision);
      }),
    react: (by, command) =>
      group.run((): MessageOutcome => {
        const { messageId, emoji, now } = command;
        const mine = rows.reactionsOf(messageId, by.id);
        const decision = decideReact(by, command, { ...facts(by, command), mine });
        if (decision.kind === 'refused') return decision;
        const reaction = { principalId: by.id, emoji };
        if (decision.kind === 'add') rows.react(messageId, reaction, now);
        if (decision.kind === 'remove') rows.unreact(messageId, reaction);
        return { kind: decision.kind === 'same' ? 'same' : 'changed', stored: stored(messageId) };
      }),
    get: (messageId) => read(() => rows.whole(messageId)),
    sentUnder: ({ channelId, senderId, clientKey }) =>
      read(() => {
        const sent = rows.byKey(channelId, senderId, clientKey);
        return sent && stored(sent.id);
      }),
    read: (channelId, range) =>
      read(() =>
        'after' in range
          ? rows.after(channelId, range.after, range.limit)
          : rows.before(channelId, range.before ?? Number.MAX_SAFE_INTEGER, range.limit),
      ),
  };
}
