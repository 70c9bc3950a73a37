/**
 * An event of a task that another state root has archived. What it says was done is taken over; what would make us run
 * or call something is not: where its reports went, the checks that could be run again, and the runs and members that
 * it wanted. Its evidence is shown as imported, for we have seen none of it, and opens nothing.
 */

import type { Evidence, Task } from '@perdure/contract';
import type { TaskEvent } from '../core/events.ts';
import { unbound } from '../core/evolve-lanes.ts';

export function asForeign(event: TaskEvent): TaskEvent {
  switch (event.type) {
    case 'task_created':
      return { ...event, data: { ...event.data, task: withoutActs(event.data.task) } };
    case 'task_imported':
      return { ...event, data: { ...event.data, task: withoutActs(event.data.task) } };
    case 'delivery_bound':
      return { ...event, data: { delivery: null } };
    case 'evidence_recorded':
      return { ...event, data: { evidence: asImported(event.data.evidence) } };
    case 'lane_run_wanted':
    case 'lane_agent_wanted':
      return { ...event, type: 'noted', data: { name: event.type, details: event.data } };
    default:
      return event;
  }
}

function withoutActs(given: Task): Task {
  const { delivery: _, ...task } = given;
  return { ...task, evidence: task.evidence.map(asImported), lanes: task.lanes.map(unbound) };
}

function asImported(evidence: Evidence): Evidence {
  return { ...evidence, imported: true };
}
