/** Questions to people. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('waits')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('run_id', 'text', (c) => c.notNull())
      .addColumn('step_key', 'text', (c) => c.notNull())
      .addColumn('question', 'text', (c) => c.notNull())
      .addColumn('context', 'text')
      .addColumn('answer_schema', 'text')
      .addColumn('asked_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('answer', 'text')
      .addColumn('answered_by', 'text')
      .addColumn('answered_at', 'bigint'),
    schema.createIndex('waits_by_run').on('waits').columns(['run_id', 'id']),
    schema.createIndex('waits_open').on('waits').columns(['answered_at', 'id']),
  ];
}
