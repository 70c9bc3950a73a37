/** The hub: principals and their keys, channels and who is in them, messages. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [...principals(schema), ...channels(schema), ...messages(schema)];
}

function principals(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('workspaces')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull()),
    schema
      .createTable('principals')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('workspace_id', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('handle', 'text', (c) => c.notNull().unique())
      .addColumn('display_name', 'text', (c) => c.notNull())
      .addColumn('is_owner', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull()),
    schema.createIndex('one_owner').on('principals').column('is_owner').unique().where('is_owner', '=', 1),
    schema
      .createTable('api_keys')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('principal_id', 'text', (c) => c.notNull())
      .addColumn('label', 'text', (c) => c.notNull())
      .addColumn('hint', 'text', (c) => c.notNull())
      .addColumn('lookup', 'text', (c) => c.notNull())
      .addColumn('hash', 'text', (c) => c.notNull().unique())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('last_used_at', 'bigint')
      .addColumn('revoked_by', 'text')
      .addColumn('revoked_at', 'bigint'),
    schema.createIndex('api_keys_by_lookup').on('api_keys').column('lookup'),
    schema.createIndex('api_keys_by_principal').on('api_keys').columns(['principal_id', 'id']),
  ];
}

function channels(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('channels')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('name', 'text')
      .addColumn('dm_of', 'text', (c) => c.unique())
      .addColumn('last_seq', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull()),
    schema
      .createTable('channel_members')
      .addColumn('channel_id', 'text', (c) => c.notNull())
      .addColumn('principal_id', 'text', (c) => c.notNull())
      .addColumn('joined_at', 'bigint', (c) => c.notNull())
      .addColumn('read_seq', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('channel_members_pk', ['channel_id', 'principal_id']),
    schema.createIndex('channel_members_by_principal').on('channel_members').columns(['principal_id', 'channel_id']),
  ];
}

function messages(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('messages')
      .addColumn('channel_id', 'text', (c) => c.notNull())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('id', 'text', (c) => c.notNull().unique())
      .addColumn('sender_id', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('intent', 'text', (c) => c.notNull())
      .addColumn('content', 'text', (c) => c.notNull())
      .addColumn('thread_root_id', 'text')
      .addColumn('client_key', 'text')
      .addColumn('streaming_until', 'bigint')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('edited_at', 'bigint')
      .addColumn('deleted_at', 'bigint')
      .addPrimaryKeyConstraint('messages_pk', ['channel_id', 'seq']),
    schema
      .createIndex('messages_by_client_key')
      .on('messages')
      .columns(['channel_id', 'sender_id', 'client_key'])
      .unique()
      .where('client_key', 'is not', null),
    schema
      .createTable('reactions')
      .addColumn('message_id', 'text', (c) => c.notNull())
      .addColumn('principal_id', 'text', (c) => c.notNull())
      .addColumn('emoji', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('reactions_pk', ['message_id', 'principal_id', 'emoji']),
  ];
}
