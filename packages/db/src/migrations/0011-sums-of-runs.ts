/** Checksums of what a run was given and what it gave, as results of steps have them. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema.alterTable('runs').addColumn('input_sum', 'bigint'),
    schema.alterTable('runs').addColumn('output_sum', 'bigint'),
  ];
}
