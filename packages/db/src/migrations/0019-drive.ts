/** The drive: files, and which messages bring them. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('drive_files')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('owner_id', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('file_name', 'text', (c) => c.notNull())
      .addColumn('content_type', 'text', (c) => c.notNull())
      .addColumn('size', 'bigint', (c) => c.notNull())
      .addColumn('channel_id', 'text')
      .addColumn('blob', 'text', (c) => c.unique())
      .addColumn('sha256', 'text')
      .addColumn('reserved_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('registered_at', 'bigint'),
    schema.createIndex('drive_files_by_owner').on('drive_files').columns(['owner_id', 'id']),
    schema.createIndex('drive_files_by_end').on('drive_files').column('expires_at').where('expires_at', 'is not', null),
    schema
      .createTable('message_attachments')
      .addColumn('message_id', 'text', (c) => c.notNull())
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('file_id', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('message_attachments_pk', ['message_id', 'position']),
    schema.createIndex('message_attachments_by_file').on('message_attachments').columns(['file_id', 'message_id']),
  ];
}
