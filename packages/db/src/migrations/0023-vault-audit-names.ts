/** What an item is called, beside what was done with it: of one that is gone nothing else tells it. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [schema.alterTable('vault_audit').addColumn('item_name', 'text')];
}
