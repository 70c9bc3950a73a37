/** The prepared statements of the drive. What writes runs inside a transaction that the caller holds. */

import { compact } from '@perdure/contract';
import type { Connection, DriveFilesTable } from '@perdure/db';
import type { WhichFiles } from '../../core/drive/ports.ts';
import type { FileRecord, RegisteredFile, ReservedFile, UploadedFile } from '../../core/drive/records.ts';
import type { AttachmentRecord } from '../../core/records.ts';
import { present } from '../rows.ts';

/** Rows that are removed in one transaction. */
const mostExpired = 500;

export class DriveRows {
  readonly #byId;
  readonly #lists;
  readonly #bringing;
  readonly #allBringing;
  readonly #isBrought;
  readonly #brought;
  readonly #insert;
  readonly #upload;
  readonly #register;
  readonly #remove;
  readonly #ended;
  readonly #blobs;
  readonly #attach;
  readonly #detachFile;
  readonly #detachMessage;

  constructor({ sqlite }: Connection) {
    this.#byId = sqlite.prepare('SELECT * FROM drive_files WHERE id = ?');
    const behind = `state = 'registered' AND (:cursor = '' OR id < :cursor) ORDER BY id DESC LIMIT :limit`;
    const bringing = `SELECT messages.id FROM message_attachments
       JOIN messages ON messages.id = message_id
       JOIN channel_members ON channel_members.channel_id = messages.channel_id AND principal_id = :viewer`;
    this.#lists = {
      own: sqlite.prepare(`SELECT * FROM drive_files WHERE owner_id = :viewer AND ${behind}`),
      received: sqlite.prepare(
        `SELECT * FROM drive_files
         WHERE owner_id <> :viewer AND EXISTS (${bringing} WHERE file_id = drive_files.id) AND ${behind}`,
      ),
      all: sqlite.prepare(`SELECT * FROM drive_files WHERE ${behind}`),
    };
    this.#bringing = sqlite.prepare(`${bringing} WHERE file_id = :file LIMIT 1`);
    this.#allBringing = sqlite.prepare('SELECT message_id FROM message_attachments WHERE file_id = ?');
    this.#isBrought = sqlite.prepare('SELECT 1 FROM message_attachments WHERE file_id = ? AND message_id = ?');
    this.#brought = sqlite.prepare(
      `SELECT id, file_name, content_type, size FROM message_attachments JOIN drive_files ON drive_files.id = file_id
       WHERE message_id = ? ORDER BY position`,
    );
    this.#insert = sqlite.prepare(
      `INSERT INTO drive_files (id, owner_id, state, file_name, content_type, size, reserved_at, expires_at)
       VALUES (?, ?, 'reserved', ?, ?, ?, ?, ?)`,
    );
    this.#upload = sqlite.prepare(
      `UPDATE drive_files SET state = 'uploaded', blob = ?, sha256 = ?, expires_at = ? WHERE id = ?`,
    );
    this.#register = sqlite.prepare(
      `UPDATE drive_files SET state = 'registered', channel_id = ?, registered_at = ?, expires_at = NULL WHERE id = ?`,
    );
    this.#remove = sqlite.prepare('DELETE FROM drive_files WHERE id = ?');
    this.#ended = sqlite.prepare(
      `SELECT id, blob FROM drive_files WHERE expires_at IS NOT NULL AND expires_at <= ? LIMIT ${mostExpired}`,
    );
    this.#blobs = sqlite.prepare('SELECT blob FROM drive_files WHERE blob IS NOT NULL');
    this.#attach = sqlite.prepare('INSERT INTO message_attachments (message_id, position, file_id) VALUES (?, ?, ?)');
    this.#detachFile = sqlite.prepare('DELETE FROM message_attachments WHERE file_id = ?');
    this.#detachMessage = sqlite.prepare('DELETE FROM message_attachments WHERE message_id = ?');
  }

  get(fileId: string): FileRecord | undefined {
    const row = this.#byId.get(fileId);
    return row && toFile(row as unknown as DriveFilesTable);
  }

  registered(fileId: string): RegisteredFile | undefined {
    const file = this.get(fileId);
    return file?.state === 'registered' ? file : undefined;
  }

  list({ which, viewer, ...page }: { which: WhichFiles; viewer: string; cursor: string; limit: number }) {
    const rows = this.#lists[which].all(which === 'all' ? page : { ...page, viewer });
    return rows.map((row) => toFile(row as unknown as DriveFilesTable) as RegisteredFile);
  }

  /** A message that brings it to a channel in which they are. */
  messageBringing(fileId: string, viewer: string): string | undefined {
    const row = this.#bringing.get({ file: fileId, viewer });
    return row && String(row['id']);
  }

  messagesBringing(fileId: string): readonly string[] {
    return this.#allBringing.all(fileId).map((row) => String(row['message_id']));
  }

  isBrought(fileId: string, messageId: string): boolean {
    return this.#isBrought.get(fileId, messageId) !== undefined;
  }

  broughtBy(messageId: string): readonly AttachmentRecord[] {
    return this.#brought.all(messageId).map((row) => ({
      fileId: String(row['id']),
      fileName: String(row['file_name']),
      contentType: String(row['content_type']),
      size: Number(row['size']),
    }));
  }

  insert({ id, ownerId, fileName, contentType, size, reservedAt, expiresAt }: ReservedFile): void {
    this.#insert.run(id, ownerId, fileName, contentType, size, reservedAt, expiresAt);
  }

  upload({ id, blob, sha256, expiresAt }: UploadedFile): void {
    this.#upload.run(blob, sha256, expiresAt, id);
  }

  register({ id, channelId, registeredAt }: RegisteredFile): void {
    this.#register.run(channelId ?? null, registeredAt, id);
  }

  remove(fileId: string): void {
    this.#detachFile.run(fileId);
    this.#remove.run(fileId);
  }

  /** Some of those that have ended. */
  ended(now: number): readonly { readonly id: string; readonly blob: string | undefined }[] {
    return this.#ended.all(now).map((row) => ({
      id: String(row['id']),
      blob: row['blob'] === null ? undefined : String(row['blob']),
    }));
  }

  blobs(): ReadonlySet<string> {
    return new Set(this.#blobs.all().map((row) => String(row['blob'])));
  }

  attach(messageId: string, fileIds: readonly string[]): void {
    for (const [position, fileId] of fileIds.entries()) this.#attach.run(messageId, position, fileId);
  }

  /** The files stay with whoever put them up. */
  detach(messageId: string): void {
    this.#detachMessage.run(messageId);
  }
}

function toFile(row: DriveFilesTable): FileRecord {
  const { id, owner_id: ownerId, file_name: fileName, content_type: contentType, size, reserved_at: reservedAt } = row;
  const file = { id, ownerId, fileName, contentType, size, reservedAt };
  const bytes = { blob: row.blob ?? '', sha256: row.sha256 ?? '' };
  const expiresAt = row.expires_at ?? 0;
  if (row.state === 'reserved') return { ...file, state: row.state, expiresAt };
  if (row.state === 'uploaded') return { ...file, ...bytes, state: row.state, expiresAt };
  const channelId = present(row.channel_id);
  return { ...file, ...bytes, state: row.state, registeredAt: row.registered_at ?? 0, ...compact({ channelId }) };
}
