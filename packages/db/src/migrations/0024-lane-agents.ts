/** Which lanes are given to members of the hub, without a look into each task. */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema
      .createIndex('task_events_of_lane_agents')
      .on('task_events')
      .columns(['type', 'task_id'])
      .where('type', '=', 'lane_agent_wanted'),
  ];
}
