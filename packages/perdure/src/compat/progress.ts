/** `task_ctl.py progress`: called hundreds of times, so nothing is loaded here that it does not need. */

import { compact } from '@perdure/contract';
import { reportProgress } from '@perdure/tasks';
import { parseText } from '../tasks/parse.ts';
import { orThrow } from '../tasks/refusal.ts';
import { optionalText, taskOf, textOf, writerFor, type Call } from './call.ts';
import { inOneLine } from './given.ts';
import { pythonJson } from './python-json.ts';

export async function reportAsOriginal(call: Call): Promise<string> {
  const { tasks } = call;
  const task_id = textOf(call, 'task_id');
  const message = textOf(call, 'message');
  await taskOf(call, task_id);
  // An empty text changes nothing there.
  const given = (name: string) => optionalText(call, name) || undefined;
  const nextStep = given('next_step');
  const report = {
    message: parseText(inOneLine(message), 'The message', 2_000),
    ...compact({
      phase: lineOf(given('phase'), '--phase'),
      health: lineOf(given('health'), '--health'),
      nextStep: nextStep === undefined ? undefined : parseText(nextStep, '--next-step', 5_000),
    }),
  };
  orThrow(tasks, await reportProgress(tasks, await writerFor(call, task_id), { taskId: task_id, report }));
  return pythonJson({ task_id, status: 'ok', message });
}

function lineOf(text: string | undefined, name: string): string | undefined {
  return text === undefined ? undefined : parseText(inOneLine(text), name, 100);
}
