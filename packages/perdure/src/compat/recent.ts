/** `task_ctl.py recent`: the newest events, oldest first. */

import { isPrinted, printedEvents, type TaskEvent } from '@perdure/tasks';
import { taskOf, textOf, type Call } from './call.ts';
import { pythonJson } from './python-json.ts';

export async function recentAsOriginal(call: Call): Promise<string> {
  const task = await taskOf(call, textOf(call, 'task_id'));
  const events = await newest(call, task.task_id, Number(call.values['limit']));
  const phase = (await phaseBefore(call, task.task_id, events[0]?.seq ?? 1)) ?? task.phase;
  return pythonJson(printedEvents(task.task_id, events, { phase, health: task.health }));
}

/** A window of nothing is there one of everything. */
async function newest({ tasks }: Call, taskId: string, limit: number): Promise<readonly TaskEvent[]> {
  const most = limit > 0 ? limit : Number.MAX_SAFE_INTEGER;
  for (let window = most; ; window *= 2) {
    const events = await tasks.store.recent(taskId, window);
    const printed = events.filter(isPrinted);
    if (printed.length >= most || events.length < window) return printed.slice(-most);
  }
}

const phaseEvents = ['task_created', 'task_imported', 'task_updated', 'status_reported'] as const;
/** How far back it is looked for. */
const mostLooked = 500;

/** The phase in which the task was before event number `seq`, where one of the newest events says so. */
async function phaseBefore({ tasks }: Call, taskId: string, seq: number): Promise<string | undefined> {
  const events = await tasks.store.recent(taskId, mostLooked, phaseEvents);
  return events
    .filter((event) => event.seq < seq)
    .map(phaseOf)
    .findLast((phase) => phase !== undefined);
}

function phaseOf(event: TaskEvent): string | undefined {
  switch (event.type) {
    case 'task_created':
    case 'task_imported':
      return event.data.task.phase;
    case 'task_updated':
      return event.data.changes.phase;
    case 'status_reported':
      return event.data.phase;
    default:
      return undefined;
  }
}
