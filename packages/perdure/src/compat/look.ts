/** `task_ctl.py show` and `list`. */

import { compact, type Task } from '@perdure/contract';
import { printedSnapshot } from '@perdure/tasks';
import { taskOf, textOf, type Call } from './call.ts';
import { pythonJson } from './python-json.ts';

export async function showAsOriginal(call: Call): Promise<string> {
  return pythonJson(printedSnapshot(await taskOf(call, textOf(call, 'task_id'))));
}

export async function listAsOriginal(call: Call): Promise<string> {
  const rows = (await everyTask(call)).map((task) => {
    const { task_id, title, desired_state, phase, health, next_step, updated_at } = printedSnapshot(task);
    return { task_id, title, desired_state, phase, health, next_step, updated_at };
  });
  return pythonJson(rows);
}

const pageSize = 500;

/** By their ids. One that cannot be read is left out, and told. */
export async function everyTask({ tasks, say }: Pick<Call, 'tasks' | 'say'>): Promise<readonly Task[]> {
  const found: Task[] = [];
  const onUnreadable = ({ message }: Error) => say(message);
  for (let cursor: string | undefined; ;) {
    const page = await tasks.store.list({}, { limit: pageSize, onUnreadable, ...compact({ cursor }) });
    found.push(...page.data);
    if (page.next === undefined) break;
    cursor = page.next;
  }
  return found.toSorted((one, other) => (one.task_id < other.task_id ? -1 : 1));
}
