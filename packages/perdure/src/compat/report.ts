/** `task_report.py` and `task_ticker.py`: a task in the words of its reports. */

import { reportLevel, reportText, statusLine } from '@perdure/tasks';
import { reportPolicy } from '../tasks/policy.ts';
import { taskOf, textOf, type Call } from './call.ts';
import { inAscii } from './python-json.ts';

export async function reportByLevel(call: Call): Promise<string> {
  const { rim, tasks, values } = call;
  const task = await taskOf(call, textOf(call, 'task_id'));
  const policy = await reportPolicy(rim, tasks.place);
  const level = typeof values['level'] === 'number' ? values['level'] : reportLevel(task, policy);
  const text = reportText(task, level, policy);
  return level >= 4 ? inAscii(text) : text;
}

export async function tickerLine(call: Call): Promise<string> {
  return statusLine(await taskOf(call, textOf(call, 'task_id')));
}
