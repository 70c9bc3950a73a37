/** Vaults of the hub: who is in them, items with sealed fields, leases, and what was done. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [...vaults(schema), ...items(schema), ...leases(schema)];
}

function vaults(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('vault_root')
      .addColumn('one', 'integer', (c) => c.primaryKey().notNull())
      .addColumn('key_id', 'text', (c) => c.notNull())
      .addColumn('salt', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull()),
    schema
      .createTable('vaults')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('description', 'text', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('key_id', 'text', (c) => c.notNull())
      .addColumn('wrapped_key', 'text', (c) => c.notNull())
      .addColumn('deleted_at', 'bigint'),
    schema
      .createTable('vault_members')
      .addColumn('vault_id', 'text', (c) => c.notNull())
      .addColumn('principal_id', 'text', (c) => c.notNull())
      .addColumn('role', 'text', (c) => c.notNull())
      .addColumn('joined_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('vault_members_pk', ['vault_id', 'principal_id']),
    schema.createIndex('vault_members_by_principal').on('vault_members').columns(['principal_id', 'vault_id']),
  ];
}

function items(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('vault_items')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('vault_id', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('type', 'text', (c) => c.notNull())
      .addColumn('needs_approval', 'integer', (c) => c.notNull())
      .addColumn('version', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull()),
    schema.createIndex('vault_items_by_name').on('vault_items').columns(['vault_id', 'name']).unique(),
    schema
      .createTable('vault_fields')
      .addColumn('item_id', 'text', (c) => c.notNull())
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('type', 'text', (c) => c.notNull())
      .addColumn('hint', 'text', (c) => c.notNull())
      .addColumn('version', 'bigint', (c) => c.notNull())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('vault_fields_pk', ['item_id', 'key']),
  ];
}

function leases(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('vault_leases')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('vault_id', 'text', (c) => c.notNull())
      .addColumn('item_id', 'text', (c) => c.notNull())
      .addColumn('principal_id', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('ttl_ms', 'bigint', (c) => c.notNull())
      .addColumn('requested_at', 'bigint', (c) => c.notNull())
      .addColumn('decision', 'text')
      .addColumn('decided_by', 'text')
      .addColumn('decided_at', 'bigint')
      .addColumn('expires_at', 'bigint')
      .addColumn('uses', 'bigint', (c) => c.notNull())
      .addColumn('last_used_at', 'bigint'),
    schema.createIndex('vault_leases_by_principal').on('vault_leases').columns(['principal_id', 'id']),
    schema.createIndex('vault_leases_by_vault').on('vault_leases').columns(['vault_id', 'id']),
    schema
      .createTable('vault_audit')
      .addColumn('vault_id', 'text', (c) => c.notNull())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('action', 'text', (c) => c.notNull())
      .addColumn('actor_id', 'text', (c) => c.notNull())
      .addColumn('item_id', 'text')
      .addColumn('version', 'bigint')
      .addColumn('lease_id', 'text')
      .addColumn('principal_id', 'text')
      .addColumn('role', 'text')
      .addPrimaryKeyConstraint('vault_audit_pk', ['vault_id', 'seq']),
    schema.createIndex('vault_audit_by_item').on('vault_audit').columns(['item_id', 'version']),
  ];
}
