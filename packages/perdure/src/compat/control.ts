/** `task_ctl.py control`: at once, by an arrow of the table. */

import { controlTask, printedSnapshot } from '@perdure/tasks';
import { parseText } from '../tasks/parse.ts';
import { orThrow } from '../tasks/refusal.ts';
import { taskOf, textOf, writerFor, type Call } from './call.ts';
import { pythonJson } from './python-json.ts';

const intents = { running: 'resume', paused: 'pause', stopped: 'stop' } as const;

export async function controlAsOriginal(call: Call): Promise<string> {
  const { tasks } = call;
  const taskId = textOf(call, 'task_id');
  const message = parseText(textOf(call, 'note'), '--note', 10_000);
  const wanted = textOf(call, 'desired_state') as keyof typeof intents;
  const found = await taskOf(call, taskId);
  const isThere = found.desired_state === wanted;
  // Of a task that is in that state already only the words are new.
  if (isThere && message.trim() === '') return pythonJson(printedSnapshot(found));
  const intent = isThere && wanted === 'running' ? 'steer' : intents[wanted];
  const request = { taskId, intent, message, when: 'now' } as const;
  const { task } = orThrow(tasks, await controlTask(tasks, await writerFor(call, taskId), request));
  return pythonJson(printedSnapshot(task));
}
