/** Whether a gateway that is made has to take a turn with its model before it is online. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [schema.alterTable('gateways').addColumn('smoke', 'integer')];
}
