/** What ran a gateway that somebody else had set up, when it was adopted. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [schema.alterTable('gateways').addColumn('runner', 'text')];
}
