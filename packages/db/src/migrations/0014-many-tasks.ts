/**
 * Tasks by the time of their work whatever their state is, and events of a task by their type: there may be very many.
 */

import type { Compilable, SchemaModule } from 'kysely';

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema.createIndex('tasks_by_time').on('tasks').columns(['archived', 'worked_at', 'id']),
    schema.createIndex('tasks_by_project_time').on('tasks').columns(['archived', 'project', 'worked_at', 'id']),
    schema.createIndex('task_events_by_type').on('task_events').columns(['task_id', 'type', 'seq']),
  ];
}
