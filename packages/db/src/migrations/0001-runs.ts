/** Runs, their steps and events, the inbox of orders, large values, the catalogue, leases. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('runs')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('pipeline', 'text', (c) => c.notNull())
      .addColumn('status', 'text', (c) => c.notNull())
      .addColumn('revision', 'integer', (c) => c.notNull())
      .addColumn('fence', 'integer', (c) => c.notNull())
      .addColumn('commit_no', 'integer', (c) => c.notNull())
      .addColumn('event_seq', 'integer', (c) => c.notNull())
      .addColumn('log_count', 'integer', (c) => c.notNull())
      .addColumn('barren_drives', 'integer', (c) => c.notNull())
      .addColumn('recoveries', 'integer', (c) => c.notNull())
      .addColumn('input', 'text', (c) => c.notNull())
      .addColumn('output', 'text')
      .addColumn('output_blob', 'text')
      .addColumn('error', 'text')
      .addColumn('failed_key', 'text')
      .addColumn('wait_kind', 'text')
      .addColumn('wake_at', 'bigint')
      .addColumn('undo_outcome', 'text')
      .addColumn('parent_run', 'text')
      .addColumn('parent_key', 'text')
      .addColumn('idempotency_key', 'text', (c) => c.unique())
      .addColumn('request_hash', 'text')
      .addColumn('input_tokens', 'bigint', (c) => c.notNull())
      .addColumn('output_tokens', 'bigint', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .addColumn('ended_at', 'bigint'),
    schema.createIndex('runs_by_status').on('runs').columns(['status', 'id']),
    schema.createIndex('runs_by_pipeline').on('runs').columns(['pipeline', 'id']),
    schema.createIndex('runs_by_parent').on('runs').column('parent_run'),

    schema
      .createTable('steps')
      .addColumn('run_id', 'text', (c) => c.notNull())
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('seq', 'integer', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('status', 'text', (c) => c.notNull())
      .addColumn('attempt', 'integer', (c) => c.notNull())
      .addColumn('input_hash', 'text')
      .addColumn('result', 'text')
      .addColumn('result_blob', 'text')
      .addColumn('error', 'text')
      .addColumn('detail', 'text')
      .addColumn('undoable', 'integer', (c) => c.notNull())
      .addColumn('started_at', 'bigint', (c) => c.notNull())
      .addColumn('ended_at', 'bigint')
      .addPrimaryKeyConstraint('steps_pk', ['run_id', 'key']),

    schema
      .createTable('events')
      .addColumn('run_id', 'text', (c) => c.notNull())
      .addColumn('seq', 'integer', (c) => c.notNull())
      .addColumn('type', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('data', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('events_pk', ['run_id', 'seq']),

    schema
      .createTable('orders')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('run_id', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('consumed_at', 'bigint'),
    schema.createIndex('orders_by_run').on('orders').columns(['run_id', 'consumed_at']),

    schema
      .createTable('blobs')
      .addColumn('hash', 'text', (c) => c.primaryKey().notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull()),

    schema
      .createTable('catalogue')
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('entry', 'text', (c) => c.notNull())
      .addColumn('published_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('catalogue_pk', ['kind', 'id']),

    schema
      .createTable('leases')
      .addColumn('name', 'text', (c) => c.primaryKey().notNull())
      .addColumn('holder', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull()),
  ];
}
