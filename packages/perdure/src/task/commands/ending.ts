/** `perdure task complete`, `fail` and `reopen`. Completion passes the gate; what is missing is told with the commands that close it. */

import { PerdureError, type Evidence, type Task } from '@perdure/contract';
import { gate, taskView, voidChecks, type TaskCommand } from '@perdure/tasks';
import { say } from '../../cli/output.ts';
import type { Rim } from '../../cli/rim.ts';
import { shellWord } from '../../render/format.ts';
import { openDesk, readTask, write, type Desk } from '../desk.ts';
import { voidStale } from '../freshness.ts';
import type { WriteOptions } from '../options.ts';
import { answer } from '../output.ts';
import { parseText } from '../parse.ts';
import { fixes } from '../render.ts';
import { check } from './verify.ts';

export interface CompleteOptions extends WriteOptions {
  readonly reverify?: boolean;
  readonly override?: string;
  readonly summary?: string;
  readonly timeout: number;
}

export async function completeTask(rim: Rim, id: string, options: CompleteOptions): Promise<number> {
  const { override, summary } = options;
  using desk = await openDesk(rim, options);
  const found = await readTask(desk, id);
  // Refreshing evidence makes revisions of its own: what the caller has seen is compared before that.
  if (options.revision !== undefined && options.revision !== found.revision) refuseStale(found, options.revision);
  const { revision: _, ...latest } = options;
  const fresh = await voidStale(rim, desk, { task: found, options: latest });
  const task = options.reverify === true ? await reverify(rim, desk, { task: fresh, options: latest }) : fresh;
  const gaps = gate(task);
  if (gaps.length > 0 && (override ?? '').trim() === '' && task.desired_state === 'running') {
    refuseGaps(rim, desk, { task, options });
  }
  const command: TaskCommand = {
    type: 'complete',
    ...(summary === undefined ? {} : { summary: parseText(summary, '--summary', 2_000) }),
    ...(override === undefined ? {} : { override: parseText(override, '--override', 2_000) }),
  };
  const written = await write(rim, desk, { id, command, options: latest });
  answer(rim, options, taskView(written.task, rim.now()), () =>
    written.task.override === null
      ? `Completed ${id}: every criterion has evidence that holds.`
      : `Completed ${id} by force; that and its reason stay visible.`,
  );
  return 0;
}

function refuseStale({ task_id: id, revision }: Task, seen: number): never {
  const message = `Task ${id} is at revision ${revision}, and you have seen ${seen}; read it again and decide anew.`;
  throw new PerdureError('conflict', message, { details: { seen, now: revision } });
}

function refuseGaps(
  rim: Rim,
  { place }: Desk,
  { task, options }: { readonly task: Task; readonly options: CompleteOptions },
): never {
  const missing = fixes(task, gate(task), place.homeFlag);
  if (options.json !== true) {
    for (const { gap, command, by } of missing) {
      say(rim, `- ${gap.message}\n    ${by === 'agent' ? '' : `${by}: `}${command}`);
    }
  }
  const gaps = missing.map(({ gap, command, by }) => ({ ...gap, command, by }));
  const message = `Task ${task.task_id} is not done yet: ${missing.length} thing(s) are missing; close each with its command, then \`perdure task complete ${task.task_id}${place.homeFlag}\` again.`;
  throw new PerdureError('gate_open', message, { details: { gaps } });
}

interface Reverify {
  readonly task: Task;
  readonly options: CompleteOptions;
}

/** Runs the void checks again. */
async function reverify(rim: Rim, desk: Desk, { task, options }: Reverify): Promise<Task> {
  let newest = task;
  for (const { criterion, command, cwd, subject } of voidChecks(task)) {
    if (options.json !== true) say(rim, `Criterion ${criterion}: ${command.map(shellWord).join(' ')}`);
    const found = await check(rim, desk, { task, command, cwd, options: { ...options, paths: subject?.paths ?? [] } });
    const evidence: Evidence = { ...found, criterion, kind: 'check', by: '' };
    const written = await write(rim, desk, { id: task.task_id, command: { type: 'evidence', evidence }, options });
    newest = written.task;
    if (options.json !== true) say(rim, `  ${found.passed ? 'passed' : 'failed'}`);
  }
  return newest;
}

export async function endTask(rim: Rim, request: EndRequest, options: WriteOptions): Promise<number> {
  const { id, type } = request;
  const reason = parseText(request.reason, 'The reason', 2_000);
  using desk = await openDesk(rim, options);
  const { task } = await write(rim, desk, { id, command: { type, reason }, options });
  answer(rim, options, taskView(task, rim.now()), () => `Task ${id} is ${task.desired_state}.`);
  return 0;
}

export interface EndRequest {
  readonly id: string;
  readonly type: 'fail' | 'reopen';
  readonly reason: string;
}
