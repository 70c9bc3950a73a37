/** Why a person is asked, texts of steering orders, budgets, forks. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema.alterTable('waits').addColumn('purpose', 'text', (c) => c.notNull().defaultTo('question')),
    schema.alterTable('orders').addColumn('text', 'text'),
    schema.alterTable('runs').addColumn('budget', 'text'),
    schema.alterTable('runs').addColumn('forked_from_run', 'text'),
    schema.alterTable('runs').addColumn('forked_from_key', 'text'),
    schema.alterTable('runs').addColumn('idle_ms', 'bigint', (c) => c.notNull().defaultTo(0)),
    schema.alterTable('runs').addColumn('cleared', 'text'),
  ];
}
