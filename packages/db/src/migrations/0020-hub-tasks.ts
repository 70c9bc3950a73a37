/** Tasks of the hub, and what is told of them. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('hub_tasks')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('status', 'text', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('assignee_id', 'text')
      .addColumn('notes', 'text', (c) => c.notNull())
      .addColumn('vault_id', 'text')
      .addColumn('item_id', 'text')
      .addColumn('durable_task_id', 'text')
      .addColumn('client_key', 'text')
      .addColumn('activity_seq', 'bigint', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .addColumn('closed_at', 'bigint'),
    schema.createIndex('hub_tasks_by_creator').on('hub_tasks').columns(['created_by', 'id']),
    schema.createIndex('hub_tasks_by_assignee').on('hub_tasks').columns(['assignee_id', 'id']),
    schema
      .createIndex('hub_tasks_by_durable')
      .on('hub_tasks')
      .column('durable_task_id')
      .unique()
      .where('durable_task_id', 'is not', null),
    schema
      .createIndex('hub_tasks_by_client_key')
      .on('hub_tasks')
      .columns(['created_by', 'client_key'])
      .unique()
      .where('client_key', 'is not', null),
    schema
      .createTable('hub_activity')
      .addColumn('task_id', 'text', (c) => c.notNull())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('type', 'text', (c) => c.notNull())
      .addColumn('message', 'text', (c) => c.notNull())
      .addColumn('author_id', 'text', (c) => c.notNull())
      .addColumn('from_status', 'text')
      .addColumn('to_status', 'text')
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('hub_activity_pk', ['task_id', 'seq']),
  ];
}
