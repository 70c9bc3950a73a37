/** The prepared statements of messages. What writes runs inside a transaction that the caller holds. */

import type { Connection, MessagesTable, PrincipalsTable } from '@perdure/db';
import type { MessageRecord, ReactionRecord, StoredMessage } from '../core/records.ts';
import { DriveRows } from './drive/drive-rows.ts';
import { toMessage } from './rows.ts';

const whole = `
  SELECT messages.*, handle, display_name, principals.kind AS sender_kind
  FROM messages JOIN principals ON principals.id = sender_id`;

type WholeRow = MessagesTable &
  Pick<PrincipalsTable, 'handle' | 'display_name'> & { readonly sender_kind: PrincipalsTable['kind'] };

export class MessageRows {
  readonly #byId;
  readonly #byKey;
  readonly #whole;
  readonly #after;
  readonly #before;
  readonly #insert;
  readonly #change;
  readonly #reactions;
  readonly #own;
  readonly #react;
  readonly #unreact;
  readonly #drive;

  constructor(database: Connection) {
    const { sqlite } = database;
    this.#drive = new DriveRows(database);
    this.#byId = sqlite.prepare('SELECT * FROM messages WHERE id = ?');
    this.#byKey = sqlite.prepare(
      'SELECT * FROM messages WHERE channel_id = ? AND sender_id = ? AND client_key = ? AND client_key IS NOT NULL',
    );
    this.#whole = sqlite.prepare(`${whole} WHERE messages.id = ?`);
    this.#after = sqlite.prepare(`${whole} WHERE channel_id = ? AND seq > ? ORDER BY seq LIMIT ?`);
    this.#before = sqlite.prepare(`${whole} WHERE channel_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?`);
    this.#insert = sqlite.prepare(
      `INSERT INTO messages (channel_id, seq, id, sender_id, kind, intent, content, thread_root_id, client_key, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#change = sqlite.prepare(
      'UPDATE messages SET content = ?, streaming_until = ?, edited_at = ?, deleted_at = ? WHERE id = ?',
    );
    this.#reactions = sqlite.prepare(
      'SELECT principal_id, emoji FROM reactions WHERE message_id = ? ORDER BY at, principal_id, emoji',
    );
    this.#own = sqlite.prepare('SELECT emoji FROM reactions WHERE message_id = ? AND principal_id = ?');
    this.#react = sqlite.prepare('INSERT INTO reactions (message_id, principal_id, emoji, at) VALUES (?, ?, ?, ?)');
    this.#unreact = sqlite.prepare('DELETE FROM reactions WHERE message_id = ? AND principal_id = ? AND emoji = ?');
  }

  get(messageId: string | undefined): MessageRecord | undefined {
    const row = messageId === undefined ? undefined : this.#byId.get(messageId);
    return row && toMessage(row as unknown as MessagesTable);
  }

  byKey(channelId: string, senderId: string, clientKey: string | undefined): MessageRecord | undefined {
    const row = clientKey === undefined ? undefined : this.#byKey.get(channelId, senderId, clientKey);
    return row && toMessage(row as unknown as MessagesTable);
  }

  whole(messageId: string): StoredMessage | undefined {
    const row = this.#whole.get(messageId);
    return row && this.#toStored(row as unknown as WholeRow);
  }

  after(channelId: string, seq: number, limit: number): readonly StoredMessage[] {
    return this.#after.all(channelId, seq, limit).map((row) => this.#toStored(row as unknown as WholeRow));
  }

  /** Oldest first. */
  before(channelId: string, seq: number, limit: number): readonly StoredMessage[] {
    const rows = this.#before.all(channelId, seq, limit).toReversed();
    return rows.map((row) => this.#toStored(row as unknown as WholeRow));
  }

  insert(message: MessageRecord): void {
    const { channelId, seq, id, senderId, kind, intent, content, threadRootId, clientKey, createdAt } = message;
    const thread = threadRootId ?? null;
    this.#insert.run(channelId, seq, id, senderId, kind, intent, content, thread, clientKey ?? null, createdAt);
  }

  change({ id, content, streamingUntil, editedAt, deletedAt }: MessageRecord): void {
    this.#change.run(content, streamingUntil ?? null, editedAt ?? null, deletedAt ?? null, id);
  }

  reactionsOf(messageId: string, principalId: string): readonly string[] {
    return this.#own.all(messageId, principalId).map((row) => String(row['emoji']));
  }

  react(messageId: string, { principalId, emoji }: ReactionRecord, now: number): void {
    this.#react.run(messageId, principalId, emoji, now);
  }

  unreact(messageId: string, { principalId, emoji }: ReactionRecord): void {
    this.#unreact.run(messageId, principalId, emoji);
  }

  #toStored(row: WholeRow): StoredMessage {
    const reactions = this.#reactions
      .all(row.id)
      .map((reaction) => ({ principalId: String(reaction['principal_id']), emoji: String(reaction['emoji']) }));
    const sender = { handle: row.handle, displayName: row.display_name, kind: row.sender_kind };
    return { message: toMessage(row), sender, reactions, attachments: this.#drive.broughtBy(row.id) };
  }
}
