/** `perdure task complete`. What completion is missing is told with the commands that close it. */

import { PerdureError } from '@perdure/contract';
import { completeTask, taskView, type CompleteOutcome, type ReverifyStep } from '@perdure/tasks';
import { printData, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { shellWord } from '../text/format.ts';
import { warnOfRun, withChecks } from './check-runner.ts';
import { openTasks, writerOn, type OpenTasks } from './open-tasks.ts';
import { parseTaskId, parseText } from './parse.ts';
import { orThrow } from './refusal.ts';
import { completionText } from './view-completion.ts';
import { fixes } from './view-fixes.ts';
import type { WriteOptions } from './write-flags.ts';

export interface CompleteOptions extends WriteOptions {
  readonly reverify?: boolean;
  readonly override?: string;
  readonly summary?: string;
  readonly timeout: number;
}

export async function complete(rim: Rim, id: string, options: CompleteOptions): Promise<number> {
  const { override, summary, timeout, reverify = false } = options;
  using tasks = await openTasks(rim, options);
  const onCheck = (step: ReverifyStep) => sayCheck(rim, options, step);
  const request = {
    taskId: parseTaskId(id),
    summary: summary === undefined ? undefined : parseText(summary, '--summary', 2_000),
    override: override === undefined ? undefined : parseText(override, '--override', 2_000),
    reverify: reverify
      ? { timeoutMs: timeout * 1000, place: { within: 'anywhere', folder: rim.cwd } as const, onCheck }
      : undefined,
  };
  const outcome = orThrow(
    tasks,
    await completeTask(withChecks(rim, tasks), await writerOn(rim, tasks, { id, options }), request),
  );
  if (outcome.kind === 'gate_open') throw gateOpen(rim, tasks, { outcome, options });
  const { task } = outcome;
  printData(rim, options, taskView(task, rim.now()), () => completionText(task));
  return 0;
}

interface OpenGate {
  readonly outcome: Extract<CompleteOutcome, { readonly kind: 'gate_open' }>;
  readonly options: CompleteOptions;
}

function gateOpen(rim: Rim, { place }: OpenTasks, { outcome, options }: OpenGate): PerdureError {
  const { task_id: id } = outcome.task;
  const missing = fixes(outcome.task, outcome.gaps, place.homeFlag);
  if (options.json !== true) {
    for (const { gap, command, by } of missing) {
      say(rim, `- ${gap.message}\n    ${by === 'agent' ? '' : `${by}: `}${command}`);
    }
  }
  const gaps = missing.map(({ gap, command, by }) => ({ ...gap, command, by }));
  const message = `Task ${id} is not done yet: ${missing.length} thing(s) are missing; close each with its command, then \`perdure task complete ${id}${place.homeFlag}\` again.`;
  return new PerdureError('gate_open', message, { details: { gaps } });
}

function sayCheck(rim: Rim, options: CompleteOptions, step: ReverifyStep): void {
  const isRead = options.json !== true;
  if (step.kind === 'begins') {
    const { criterion, command } = step.check;
    if (isRead) say(rim, `Criterion ${criterion}: ${command.map(shellWord).join(' ')}`);
    return;
  }
  warnOfRun(rim, options, step);
  if (isRead) say(rim, `  ${step.evidence.passed ? 'passed' : 'failed'}`);
}
