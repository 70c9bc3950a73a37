/** Families of the hub: who is in them, and how they were. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('families')
      .addColumn('id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('name', 'text', (c) => c.notNull().unique())
      .addColumn('lead_id', 'text')
      .addColumn('host', 'text')
      .addColumn('resources', 'text', (c) => c.notNull())
      .addColumn('conventions', 'text', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull()),
    schema.createIndex('families_by_lead').on('families').column('lead_id'),
    ...members(schema),
    schema
      .createTable('family_health')
      .addColumn('family_id', 'text', (c) => c.notNull())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('taken_at', 'bigint', (c) => c.notNull())
      .addColumn('received_at', 'bigint', (c) => c.notNull())
      .addColumn('reported_by', 'text', (c) => c.notNull())
      .addColumn('host', 'text')
      .addColumn('members', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('family_health_pk', ['family_id', 'seq']),
  ];
}

function members(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('family_members')
      .addColumn('family_id', 'text', (c) => c.notNull())
      .addColumn('principal_id', 'text', (c) => c.notNull().unique())
      .addColumn('status', 'text', (c) => c.notNull())
      .addColumn('status_at', 'bigint', (c) => c.notNull())
      .addColumn('is_adopted', 'integer', (c) => c.notNull())
      .addColumn('metadata', 'text', (c) => c.notNull())
      .addColumn('gateway_port', 'integer')
      .addColumn('oc_home_dir', 'text')
      .addColumn('dm_channel_id', 'text')
      .addColumn('onboarding_channel_id', 'text')
      .addColumn('client_key', 'text')
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('family_members_pk', ['family_id', 'principal_id']),
    schema
      .createIndex('family_members_by_client_key')
      .on('family_members')
      .columns(['family_id', 'client_key'])
      .unique()
      .where('client_key', 'is not', null),
  ];
}
