/** Gateways of the fleet: one for each agent that has one. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('gateways')
      .addColumn('principal_id', 'text', (c) => c.primaryKey().notNull())
      .addColumn('family_id', 'text', (c) => c.notNull())
      .addColumn('handle', 'text', (c) => c.notNull())
      .addColumn('host', 'text', (c) => c.notNull())
      .addColumn('home', 'text', (c) => c.notNull())
      .addColumn('port', 'integer', (c) => c.notNull())
      .addColumn('service', 'text', (c) => c.notNull())
      .addColumn('service_name', 'text')
      .addColumn('wanted', 'text', (c) => c.notNull())
      .addColumn('program', 'text', (c) => c.notNull())
      .addColumn('model', 'text', (c) => c.notNull())
      .addColumn('credential', 'text', (c) => c.notNull())
      .addColumn('status', 'text', (c) => c.notNull())
      .addColumn('run_id', 'text')
      .addColumn('task_id', 'text')
      .addColumn('key_id', 'text')
      .addColumn('vault_id', 'text')
      .addColumn('plan_hash', 'text')
      .addColumn('restored_from', 'text')
      .addColumn('archive', 'text')
      .addColumn('problem', 'text')
      .addColumn('failure', 'text')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull()),
    schema.createIndex('gateways_by_host').on('gateways').columns(['host', 'handle']),
    schema.createIndex('gateways_by_family').on('gateways').columns(['family_id', 'handle']),
  ];
}
