/** `task_ctl.py event`: an event of the caller's own, for the log. */

import { PerdureError } from '@perdure/contract';
import { isOwnName, printedEvents, saidDetails, saidName, writeTask } from '@perdure/tasks';
import { parseText } from '../tasks/parse.ts';
import { orThrow } from '../tasks/refusal.ts';
import { optionalText, taskOf, textOf, writerFor, type Call } from './call.ts';
import { inOneLine, jsonOf } from './given.ts';
import { pythonJson } from './python-json.ts';

export async function eventAsOriginal(call: Call): Promise<string> {
  const { tasks } = call;
  const taskId = textOf(call, 'task_id');
  const standing = await taskOf(call, taskId);
  const type = parseText(inOneLine(textOf(call, 'type')), 'The type', 200);
  const phase = optionalText(call, 'phase') || undefined;
  const status = textOf(call, 'status');
  const details = saidDetails({
    ...(phase === undefined ? {} : { phase }),
    ...(status === 'ok' ? {} : { status }),
    details: await detailsOf(call),
  });
  const note = inOneLine(textOf(call, 'progress_note'));
  // What a caller says happened must not pass for what was seen to happen.
  const name = isOwnName(type) ? saidName(type) : type;
  const event = { type: 'event', name, details } as const;
  const commands = note === '' ? [event] : [event, { type: 'progress', message: note } as const];
  const outcome = await writeTask(tasks, await writerFor(call, taskId), { taskId, command: { type: 'all', commands } });
  const noted = orThrow(tasks, outcome).events.filter((one) => one.type === 'noted');
  const [printed] = printedEvents(taskId, noted, standing);
  return pythonJson(printed);
}

async function detailsOf(call: Call): Promise<Readonly<Record<string, unknown>>> {
  const details = (await jsonOf(call, 'details')) ?? {};
  if (typeof details === 'object' && !Array.isArray(details)) return details as Readonly<Record<string, unknown>>;
  throw new PerdureError('usage', '--details has to be a JSON object; put it in single quotes.');
}
