/** How a task ends, and begins again. Completion passes the gate, or is forced through it for everybody to see. */

import { isTaskClosed, type Task } from '@perdure/contract';
import { enumerate, happened, refuse } from './answers.ts';
import type { CommandContext, TaskCommand } from './commands.ts';
import { withoutComparison } from './evolve-evidence.ts';
import { gate } from './gate.ts';
import type { Decision } from './ports.ts';
import { haltOfAnother } from './resume-right.ts';
import { isoTime } from './time.ts';
import { move } from './transition.ts';

type Command<Type extends TaskCommand['type']> = Extract<TaskCommand, { readonly type: Type }>;

export function decideComplete(task: Task, command: Command<'complete'>, context: CommandContext): Decision {
  const note = command.summary === undefined ? {} : { note: command.summary };
  const reason = command.override?.trim() ?? '';
  const gaps = gate(withoutComparison(task, command.uncompared ?? []));
  const isForced = gaps.length > 0 && reason !== '';
  const override = { reason, by: context.actor, at: isoTime(context.now) };
  const moved = move(task, 'complete', isForced ? { ...note, override } : note);
  if (moved.kind === 'refused') return moved;
  if (gaps.length > 0 && !isForced) {
    const missing = enumerate(gaps.map(({ message }) => message));
    return refuse('gate_open', `Task ${task.task_id} is not done yet: ${missing}.`, { gaps });
  }
  return happened(moved.event);
}

export function decideFail(task: Task, { reason }: Command<'fail'>): Decision {
  if (reason.trim() === '') return withoutReason(task);
  const moved = move(task, 'fail', { note: reason });
  return moved.kind === 'refused' ? moved : happened(moved.event);
}

/** To close it and open it again would be a way around whoever halted it. */
export function decideReopen(task: Task, { reason }: Command<'reopen'>, context: CommandContext): Decision {
  if (reason.trim() === '') return withoutReason(task);
  const forbidden = isTaskClosed(task.desired_state) ? haltOfAnother(task, context) : undefined;
  if (forbidden !== undefined) return forbidden;
  const moved = move(task, 'reopen', { note: reason });
  return moved.kind === 'refused' ? moved : happened(moved.event);
}

function withoutReason({ task_id }: Task): Decision {
  return refuse('invalid_input', `Say why task ${task_id} is closed or opened again; the reason stays in its record.`);
}
