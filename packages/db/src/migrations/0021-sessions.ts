/** Sessions of people in a browser. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('sessions')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('principal_id', 'text', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('lookup', 'text', (c) => c.notNull())
      .addColumn('hash', 'text', (c) => c.notNull().unique())
      .addColumn('opened_at', 'bigint')
      .addColumn('last_used_at', 'bigint')
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addColumn('ended_by', 'text')
      .addColumn('ended_at', 'bigint'),
    schema.createIndex('sessions_by_lookup').on('sessions').column('lookup'),
    schema.createIndex('sessions_by_principal').on('sessions').columns(['principal_id', 'id']),
  ];
}
