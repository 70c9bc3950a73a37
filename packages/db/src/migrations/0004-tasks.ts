/** Durable tasks: snapshots, their logs, and the queue of hand-overs between agents. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('tasks')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('project', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('revision', 'integer', (c) => c.notNull())
      .addColumn('archived', 'integer', (c) => c.notNull())
      .addColumn('worked_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('closed_at', 'bigint')
      .addColumn('snapshot', 'text', (c) => c.notNull()),
    // They hold all that a list filters and sorts by, so a page reads no snapshot but its own.
    schema.createIndex('tasks_by_state').on('tasks').columns(['archived', 'state', 'worked_at', 'id']),
    schema.createIndex('tasks_by_project').on('tasks').columns(['archived', 'project', 'state', 'worked_at', 'id']),

    schema
      .createTable('task_events')
      .addColumn('task_id', 'text', (c) => c.notNull())
      .addColumn('seq', 'integer', (c) => c.notNull())
      .addColumn('type', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('data', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('task_events_pk', ['task_id', 'seq']),

    schema
      .createTable('resume_queue')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('position', 'integer', (c) => c.notNull().unique())
      .addColumn('task_id', 'text')
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('context', 'text', (c) => c.notNull())
      .addColumn('source', 'text', (c) => c.notNull())
      .addColumn('session', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull()),
  ];
}
