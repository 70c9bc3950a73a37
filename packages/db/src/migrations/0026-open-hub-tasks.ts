/** Open tasks of the hub are found without reading those that are done. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema.createIndex('hub_tasks_open').on('hub_tasks').columns(['closed_at', 'id']).where('closed_at', 'is', null),
  ];
}
