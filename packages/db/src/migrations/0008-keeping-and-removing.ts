/**
 * What a result in its row is held against when it is read; null where an earlier version wrote it. Runs that were
 * deleted, until nothing is left of them, and who uses a large value.
 */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema.alterTable('steps').addColumn('result_sum', 'bigint'),
    schema.createTable('removals').addColumn('run_id', 'text', (c) => c.primaryKey().notNull()),
    schema.createIndex('steps_by_blob').on('steps').column('result_blob').where('result_blob', 'is not', null),
    schema.createIndex('runs_by_blob').on('runs').column('output_blob').where('output_blob', 'is not', null),
    schema.createIndex('runs_by_end').on('runs').columns(['ended_at', 'id']).where('ended_at', 'is not', null),
  ];
}
