/** What was learnt of models: the parts of a request that they refuse. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createTable('model_learnt')
      // `server/model`.
      .addColumn('model', 'text', (c) => c.notNull())
      .addColumn('feature', 'text', (c) => c.notNull())
      // Of the schema that was refused; empty where the feature was.
      .addColumn('schema_hash', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('model_learnt_pk', ['model', 'feature', 'schema_hash']),
  ];
}
