/** Which tasks have lanes that are runs, without a look into each of them. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createIndex('task_events_of_lane_runs')
      .on('task_events')
      .columns(['type', 'task_id'])
      .where('type', '=', 'lane_run_wanted'),
  ];
}
