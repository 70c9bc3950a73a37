/** Which tools and model servers may be given what an item holds, and what was lent to one. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('vault_grants')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('vault_id', 'text', (c) => c.notNull())
      .addColumn('item_id', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('fingerprint', 'text', (c) => c.notNull())
      .addColumn('granted_by', 'text', (c) => c.notNull())
      .addColumn('granted_at', 'bigint', (c) => c.notNull()),
    schema.createIndex('vault_grants_by_grantee').on('vault_grants').columns(['kind', 'name', 'item_id']).unique(),
    schema.createIndex('vault_grants_by_item').on('vault_grants').columns(['item_id']),
    schema.alterTable('vault_leases').addColumn('grantee', 'text'),
    schema.alterTable('vault_audit').addColumn('grantee', 'text'),
    schema
      .createIndex('vault_leases_lent')
      .on('vault_leases')
      .columns(['grantee', 'expires_at'])
      .where('grantee', 'is not', null),
  ];
}
