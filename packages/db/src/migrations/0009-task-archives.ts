/**
 * Tasks that were taken out of the record into files, by what lists show of them; and which tasks are closed, by age.
 */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('task_archives')
      // Its name in the folder of archives.
      .addColumn('file', 'text', (c) => c.primaryKey().notNull())
      .addColumn('task_id', 'text', (c) => c.notNull())
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('project', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('closed_at', 'bigint', (c) => c.notNull())
      .addColumn('archived_at', 'bigint', (c) => c.notNull())
      .addColumn('events', 'integer', (c) => c.notNull())
      .addColumn('sha256', 'text', (c) => c.notNull()),
    schema.createIndex('task_archives_by_task').on('task_archives').columns(['task_id', 'closed_at']),
    schema.createIndex('task_archives_by_time').on('task_archives').columns(['closed_at', 'file']),
    schema.createIndex('tasks_by_closing').on('tasks').columns(['closed_at', 'id']).where('closed_at', 'is not', null),
  ];
}
