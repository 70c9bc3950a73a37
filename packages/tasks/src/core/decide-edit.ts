/** Edits of the plan and reports of the work. Only what really changes becomes an event. */

import { canonicalJson, compact, type Milestone, type Subtask, type Task } from '@perdure/contract';
import { isHuman } from './actors.ts';
import { enumerate, happened, refuse } from './answers.ts';
import type { CommandContext, EditableTask, TaskCommand } from './commands.ts';
import { contextLevel } from './context-guard.ts';
import type { TaskEventBody } from './events.ts';
import { holdsLease } from './lease.ts';
import type { Decision } from './ports.ts';
import { move } from './transition.ts';

type Command<Type extends TaskCommand['type']> = Extract<TaskCommand, { readonly type: Type }>;

export function decideUpdate(task: Task, command: Command<'update'>, { actor }: CommandContext): Decision {
  const differs = ([field, value]: readonly [string, unknown]) => {
    const before = task[field as keyof EditableTask];
    const after = field === 'budget' ? { ...task.budget, ...(value as EditableTask['budget']) } : value;
    return canonicalJson(after) !== canonicalJson(before);
  };
  const changes = Object.fromEntries(Object.entries(command.changes).filter(differs)) as Partial<EditableTask>;
  if (Object.keys(changes).length === 0) return happened();
  if (!isHuman(actor) && loosensGate(task, changes)) {
    const message = `A done criterion is taken away or reworded, and acceptance loosened, by a person alone: add criteria beside those of task ${task.task_id}, or ask the owner, who needs no lease for it (\`--holder owner --lease ""\`).`;
    return refuse('conflict', message, { acceptance: task.acceptance });
  }
  return happened({ type: 'task_updated', data: { changes } });
}

/** The worker chooses neither what is to be proved nor who accepts it. It may add to the one and tighten the other. */
function loosensGate(task: Task, { acceptance, done_criteria }: Partial<EditableTask>): boolean {
  if (acceptance !== undefined && task.acceptance !== 'auto') return true;
  return done_criteria !== undefined && !includesAll(done_criteria, task.done_criteria);
}

function includesAll(all: readonly string[], some: readonly string[]): boolean {
  return some.every((one) => all.includes(one));
}

/** Where reports go: no part of the work, and so no progress. */
export function decideBind(task: Task, { delivery }: Command<'bind'>): Decision {
  if (canonicalJson(task.delivery ?? null) === canonicalJson(delivery)) return happened();
  return happened({ type: 'delivery_bound', data: { delivery } });
}

export function decideProgress(command: Command<'progress'>): Decision {
  const { message, phase, health, nextStep, tokens } = command;
  if (message.trim() === '') return refuse('invalid_input', 'The message is empty; say what was done.');
  return happened({
    type: 'status_reported',
    data: {
      message,
      ...compact({ phase, health, next_step: nextStep, tokens }),
    },
  });
}

export function decideMilestone(task: Task, { id, changes }: Command<'milestone'>): Decision {
  const before = task.milestones.find((one) => one.id === id);
  if (before === undefined && changes.title === undefined) return notThere('milestone', id, task.milestones);
  const blank = { title: id, status: 'pending', percent: 0 } as const;
  const percent = changes.status === 'done' ? { percent: 100 } : {};
  const { reason, ...milestone }: Milestone = { ...blank, ...before, ...percent, ...changes, id };
  if (milestone.status !== 'dropped') {
    return changed(before, { type: 'milestone_changed', data: { milestone } }, milestone);
  }
  if (reason === undefined || reason.trim() === '') {
    return refuse('invalid_input', `Milestone ${id} is dropped only with a reason; say why it is not needed.`, { id });
  }
  const dropped = { ...milestone, reason };
  return changed(before, { type: 'milestone_changed', data: { milestone: dropped } }, dropped);
}

export function decideSubtask(task: Task, { id, changes }: Command<'subtask'>): Decision {
  const before = task.subtasks.find((one) => one.id === id);
  if (before === undefined && changes.title === undefined) return notThere('subtask', id, task.subtasks);
  const blank = { title: id, status: 'pending', owner: '', depends_on: [] };
  const subtask: Subtask = { ...blank, ...before, ...changes, id };
  return changed(before, { type: 'subtask_changed', data: { subtask } }, subtask);
}

/** A slip of the pen must not become a part of the plan. */
function notThere(kind: 'milestone' | 'subtask', id: string, known: readonly { readonly id: string }[]): Decision {
  const which = known.length === 0 ? 'none' : enumerate(known.map((one) => one.id));
  const message = `There is no ${kind} ${id}, of those the task has ${which}; correct the id, or give it a title to add it.`;
  return refuse('not_found', message, { id });
}

function changed(before: unknown, event: TaskEventBody, after: unknown): Decision {
  return canonicalJson(before) === canonicalJson(after) ? happened() : happened(event);
}

/**
 * At the mark where an agent should hand over it is taken at its word: the task pauses and its lease ends, so that the
 * next can begin.
 */
export function decideContext(
  task: Task,
  { percent, session }: Command<'context'>,
  { tokenHash }: CommandContext,
): Decision {
  const reported =
    task.context?.percent === percent
      ? []
      : [{ type: 'context_reported', data: { percent, session } } satisfies TaskEventBody];
  if (contextLevel(percent) !== 'hand_over') return happened(...reported);
  // Whoever halted it wants that to hold: the boundary says so, and nothing is handed over.
  if (task.desired_state !== 'running' && !task.handed_over) return happened(...reported);
  const pause = move(task, 'pause', { note: `context ${percent}% full: handed over`, handed_over: true });
  return happened(
    ...reported,
    ...(pause.kind === 'moved' ? [pause.event] : []),
    ...(holdsLease(task, tokenHash) ? [{ type: 'lease_released', data: {} } satisfies TaskEventBody] : []),
  );
}

/** Names that say what only we can know: an event of the agent's own must not pass for one of those. */
const ownNames =
  /^(task_|lease_|lane_|return_quarantined$|quarantine_settled$|subagent_return|controller_decision|action_|evidence_|user_control_|controls_|resume_|verification_|milestone_|subtask_|context_|status_reported$|pause_requested$|stop_requested$)/;

/** Whether an event of that name is one that Perdure itself records. */
export function isOwnName(name: string): boolean {
  return ownNames.test(name);
}

export function decideEvent({ name, details }: Command<'event'>): Decision {
  if (name.trim() === '') return refuse('invalid_input', 'The event has no name; say in a word what happened.');
  if (isOwnName(name)) {
    const message = `${name} looks like an event that Perdure itself records; choose another name, such as my_${name}.`;
    return refuse('invalid_input', message, { name });
  }
  return happened({ type: 'noted', data: { name, details } });
}
