/** Reports of tasks on their way to whoever wants them. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('task_reports')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('position', 'bigint', (c) => c.notNull().unique())
      .addColumn('task_id', 'text', (c) => c.notNull())
      .addColumn('number', 'integer', (c) => c.notNull())
      .addColumn('cause', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('delivery', 'text', (c) => c.notNull())
      .addColumn('method', 'text', (c) => c.notNull())
      .addColumn('text', 'text', (c) => c.notNull())
      .addColumn('facts', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('attempt', 'integer', (c) => c.notNull())
      .addColumn('next_at', 'bigint', (c) => c.notNull())
      .addColumn('problem', 'text')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull()),
    // The same thing is reported once.
    schema.createIndex('task_reports_of_task').unique().on('task_reports').columns(['task_id', 'cause']),
    schema.createIndex('task_reports_by_number').unique().on('task_reports').columns(['task_id', 'number']),
    // The newest of a task, and whatever is on its way, without the long past.
    schema.createIndex('task_reports_newest').on('task_reports').columns(['task_id', 'position']),
    schema.createIndex('task_reports_by_state').on('task_reports').columns(['state', 'position']),
  ];
}
