/** Tasks in SQLite. What they hold that is secret never comes into a row of theirs. */

import { isHubTaskOpen, type Principal } from '@perdure/contract';
import { type Connection } from '@perdure/db';
import { may } from '../../core/may.ts';
import {
  decideChangeTask,
  decideCreateTask,
  decideOnTask,
  type ChangeTask,
  type CreateTask,
  type LinkFacts,
} from '../../core/tasks/decide-task.ts';
import type { ChangeTaskOutcome, CreateTaskOutcome, HubTaskStore, ReadTaskOutcome } from '../../core/tasks/ports.ts';
import type { TaskRecord } from '../../core/tasks/records.ts';
import { readPage } from '../page.ts';
import { createTaskTools, storedTask, type TaskStoreDeps, type TaskTools } from './tools.ts';

export function createHubTaskStore(database: Connection, deps: TaskStoreDeps): HubTaskStore {
  const tools = createTaskTools(database, deps);
  const { rows, vault } = tools;
  const { write, read } = vault;
  return {
    create: (by, command) => write(() => createTask(tools, by, command)),
    change: (by, change) => write(() => changeTask(tools, by, change)),
    read: async (by, of) => {
      const { leaseId } = of;
      const found = await read(() => readTask(tools, by, of));
      const isGiving = found.kind === 'task' && leaseId !== undefined && maySeeSecrets(by, found.stored.task);
      return isGiving ? await write(() => giveTask(tools, by, { ...of, leaseId })) : found;
    },
    list: (viewer, { cursor, limit, ...filter }) =>
      read(() => {
        const page = readPage(
          { cursor, limit },
          (before, most) => rows.list(viewer.id, { ...filter, cursor: before, limit: most }),
          ({ id }) => id,
        );
        return { ...page, data: page.data.map((task) => storedTask(tools, task)) };
      }),
    open: ({ titled }) => read(() => rows.open(titled).map((task) => storedTask(tools, task))),
    tell: (by, { taskId, now, ...entry }) =>
      write(() => {
        const found = decideOnTask(by, 'task.tell', { taskId, task: rows.get(taskId) });
        if (found.kind === 'refused') return found;
        const earlier = rows.activityById(taskId, entry.id);
        if (earlier !== undefined)
          return { kind: 'repeated', stored: written(tools, taskId), activity: earlier } as const;
        const activity = rows.append(taskId, entry, { author: by, at: now });
        return { kind: 'told', stored: written(tools, taskId), activity } as const;
      }),
    activity: (taskId, page) =>
      read(() =>
        readPage(
          page,
          (cursor, limit) => rows.activityAfter(taskId, Number(cursor) || 0, limit),
          ({ seq }) => String(seq),
        ),
      ),
    ofDurable: (durableTaskId) =>
      read(() => {
        const task = rows.byDurable(durableTaskId);
        return task && storedTask(tools, task);
      }),
  };
}

/** Written, or found, above. */
const written = (tools: TaskTools, taskId: string) => storedTask(tools, tools.rows.get(taskId) as TaskRecord);

function linkOf({ rows, durable }: TaskTools, durableTaskId: string | null | undefined): LinkFacts {
  const named = durableTaskId ?? undefined;
  return {
    durable: named === undefined ? undefined : durable(named),
    holderId: rows.byDurable(named)?.id,
  };
}

/**
 * Makes a task, its notes parted from their secrets. Inside of a transaction that the caller holds, with whatever else
 * is made there: where it is refused, nothing was written.
 */
export function createTask(tools: TaskTools, by: Principal, command: CreateTask): CreateTaskOutcome {
  const { rows, secrets, vault } = tools;
  const decision = decideCreateTask(by, command, {
    earlier: rows.byKey(by.id, command.clientKey),
    assignee: command.assigneeId === undefined ? undefined : vault.principals.get(command.assigneeId),
    link: linkOf(tools, command.durableTaskId),
  });
  if (decision.kind === 'refused') return decision;
  if (decision.kind === 'repeat') return { kind: 'repeated', stored: storedTask(tools, decision.task) };
  const { vaultId, itemId, now } = command;
  const kept = secrets.keep(by, { task: decision.task, vaultId, itemId, now });
  if (kept.kind === 'refused') return kept;
  rows.insert(kept.task);
  return { kind: 'created', stored: written(tools, kept.task.id) };
}

function changeTask(tools: TaskTools, by: Principal, change: ChangeTask): ChangeTaskOutcome {
  const { rows, secrets, vault, durable } = tools;
  const { taskId, assigneeId, vaultId, itemId, now } = change;
  const task = rows.get(taskId);
  const decision = decideChangeTask(by, change, {
    task,
    assignee: typeof assigneeId === 'string' ? vault.principals.get(assigneeId) : undefined,
    link: linkOf(tools, change.durableTaskId),
    durable: task?.durableTaskId === undefined ? undefined : durable(task.durableTaskId),
  });
  if (decision.kind === 'refused') return decision;
  if (decision.kind === 'same') return { kind: 'same', stored: storedTask(tools, decision.task) };
  const { before, told } = decision;
  let after = decision.task;
  if (before.notes !== after.notes) {
    const kept = secrets.keep(by, { task: after, vaultId, itemId, now });
    if (kept.kind === 'refused') return kept;
    after = kept.task;
  }
  secrets.hand(by, { before, after, now });
  if (!isHubTaskOpen(after.status)) after = secrets.drop(by, after, now);
  rows.change(after);
  const entries = told.map((entry) => rows.append(taskId, entry, { author: by, at: now }));
  const former = before.assigneeId;
  const isHandedOn = former !== undefined && former !== after.assigneeId;
  const stored = written(tools, taskId);
  return { kind: 'changed', stored, told: entries, ...(isHandedOn && { formerId: former }) };
}

function maySeeSecrets(by: Principal, task: TaskRecord): boolean {
  return task.itemId !== undefined && isHubTaskOpen(task.status) && may(by, 'task.readSecrets', task);
}

function readTask(tools: TaskTools, by: Principal, { taskId }: { readonly taskId: string }): ReadTaskOutcome {
  const found = decideOnTask(by, 'task.read', { taskId, task: tools.rows.get(taskId) });
  return found.kind === 'refused' ? found : { kind: 'task', stored: storedTask(tools, found.task) };
}

/** Decided again under the lock: it may be closed, or another's, by now. */
function giveTask(
  tools: TaskTools,
  by: Principal,
  { taskId, leaseId, now }: { readonly taskId: string; readonly leaseId: string; readonly now: number },
): ReadTaskOutcome {
  const found = readTask(tools, by, { taskId });
  if (found.kind === 'refused' || !maySeeSecrets(by, found.stored.task)) return found;
  const given = tools.secrets.give(by, found.stored.task, { leaseId, now });
  return given === undefined ? found : { ...found, given };
}
