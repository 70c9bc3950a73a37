/** What is changed of a gateway, and what it was before. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [schema.alterTable('gateways').addColumn('change', 'text')];
}
