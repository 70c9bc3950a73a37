/** What was managed in the hub, and by whom. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('hub_audit')
      .addColumn('seq', 'integer', (c) => c.primaryKey().notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('action', 'text', (c) => c.notNull())
      .addColumn('actor_id', 'text', (c) => c.notNull())
      .addColumn('principal_id', 'text')
      .addColumn('key_id', 'text')
      .addColumn('channel_id', 'text')
      .addColumn('family_id', 'text')
      .addColumn('detail', 'text'),
    schema.createIndex('hub_audit_by_actor').on('hub_audit').columns(['actor_id', 'seq']),
    schema.createIndex('hub_audit_by_principal').on('hub_audit').columns(['principal_id', 'seq']),
  ];
}
