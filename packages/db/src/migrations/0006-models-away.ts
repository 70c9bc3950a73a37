/** Which models are away, for all runs at once, and which of them a waiting run waits for. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('model_outages')
      .addColumn('model', 'text', (c) => c.primaryKey().notNull())
      .addColumn('since', 'bigint', (c) => c.notNull())
      .addColumn('next_at', 'bigint', (c) => c.notNull())
      .addColumn('tries', 'integer', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull()),
    schema.alterTable('runs').addColumn('wait_model', 'text'),
  ];
}
