/**
 * Tasks of the hub: who makes one, who says how it stands, and what has to be so before it is done.
 *
 * The durable task that carries one out has a gate of its own, and `done` here goes by it: a word over HTTP is no
 * evidence. Neither is closed by the other; each shows how the other stands.
 */

import { compact, isHubTaskOpen, mayHubTaskBecome, type HubTaskStatus, type Principal } from '@perdure/contract';
import { may, type Action } from '../may.ts';
import { noSuchPrincipal, refuse, type Refusal } from '../refusal.ts';
import type { ActivityEntry, DurableTask, TaskRecord } from './records.ts';

export const noSuchTask = (taskId: string): Refusal =>
  refuse('not_found', `You have no task ${taskId}; \`GET /api/v1/tasks\` lists those you made or have to do.`);

const sentences: Readonly<Partial<Record<Action, string>>> = {
  'task.manage': 'Only who made this task and the owner change its title, its notes and who does it; ask one of them.',
  'task.link': 'Durable tasks are the owner’s, so only the owner says which one carries this out; ask them.',
};

/**
 * What keeps `actor` from it. To whom a task is not shown it does not exist (H2). Who would say something of
 * one that is not theirs is told the same of every task, there or not, and by 403: clients of Sesame ask for that.
 */
export function decideOnTask(
  actor: Principal,
  action: Action,
  { taskId, task }: { readonly taskId: string; readonly task: TaskRecord | undefined },
): { readonly kind: 'allowed'; readonly task: TaskRecord } | Refusal {
  if (task === undefined || !may(actor, 'task.read', task)) {
    return action === 'task.tell' && !actor.isOwner ? notTheirs : noSuchTask(taskId);
  }
  if (may(actor, action, task)) return { kind: 'allowed', task };
  return refuse('forbidden', sentences[action] ?? 'This is for the owner alone; ask them.');
}

const notTheirs = refuse(
  'forbidden',
  'Only who made a task, who has it to do and the owner say how it stands; `GET /api/v1/tasks` lists yours.',
);

export interface CreateTask {
  readonly id: string;
  readonly title: string;
  readonly assigneeId: string | undefined;
  /** As they came: with their secrets. */
  readonly notes: string;
  readonly status: HubTaskStatus;
  readonly durableTaskId: string | undefined;
  readonly clientKey: string | undefined;
  /** For the vault of its secrets, where it has some. */
  readonly vaultId: string;
  readonly itemId: string;
  readonly now: number;
}

export interface CreateTaskFacts {
  /** The one that this creator made under the same key. */
  readonly earlier: TaskRecord | undefined;
  readonly assignee: Principal | undefined;
  readonly link: LinkFacts;
}

/** Of the durable task that is named. */
export interface LinkFacts {
  readonly durable: DurableTask | undefined;
  /** Which task of the hub it belongs to already. */
  readonly holderId: string | undefined;
}

export type CreateTaskDecision =
  /** Its notes are still to be parted from their secrets. */
  | { readonly kind: 'create'; readonly task: TaskRecord }
  | { readonly kind: 'repeat'; readonly task: TaskRecord }
  | Refusal;

export function decideCreateTask(actor: Principal, command: CreateTask, facts: CreateTaskFacts): CreateTaskDecision {
  const { id, title, assigneeId, notes, status, durableTaskId, clientKey, now } = command;
  if (!may(actor, 'tasks.create')) return refuse('forbidden', 'You may not make tasks; ask the owner.');
  if (facts.earlier !== undefined) return { kind: 'repeat', task: facts.earlier };
  if (assigneeId !== undefined && facts.assignee === undefined) return nobody(assigneeId);
  if (!isHubTaskOpen(status)) {
    return refuse('invalid_input', `A task that begins as ${status} is none; leave status out, and change it later.`, {
      field: 'body.status',
    });
  }
  if (durableTaskId !== undefined) {
    if (!may(actor, 'task.link')) return refuse('forbidden', sentences['task.link'] ?? '');
    const refusal = linkRefusal(durableTaskId, { ...facts.link, taskId: id });
    if (refusal !== undefined) return refusal;
  }
  const times = { createdAt: now, updatedAt: now };
  const task = { id, title, status, createdBy: actor.id, notes, activitySeq: 0, ...times };
  return { kind: 'create', task: { ...task, ...compact({ assigneeId, durableTaskId, clientKey }) } };
}

function nobody(principalId: string): Refusal {
  const { message } = noSuchPrincipal(principalId);
  return refuse('invalid_input', message, { field: 'body.assigneeId' });
}

function linkRefusal(
  durableTaskId: string,
  { durable, holderId, taskId }: LinkFacts & { readonly taskId: string },
): Refusal | undefined {
  if (durable === undefined || durable.state === 'missing') {
    return refuse('invalid_input', `There is no durable task "${durableTaskId}"; \`perdure task list\` shows them.`, {
      field: 'body.durableTaskId',
    });
  }
  if (holderId === undefined || holderId === taskId) return undefined;
  return refuse(
    'conflict',
    `The durable task "${durableTaskId}" carries out another task; take it off that one first.`,
    {
      taskId: holderId,
    },
  );
}

export interface ChangeTask {
  readonly taskId: string;
  readonly status?: HubTaskStatus | undefined;
  readonly title?: string | undefined;
  /** Null: nobody. */
  readonly assigneeId?: string | null | undefined;
  readonly notes?: string | undefined;
  readonly durableTaskId?: string | null | undefined;
  /** Of the vault of its secrets, where it has none yet. */
  readonly vaultId: string;
  readonly itemId: string;
  /** One for each thing that may be told of a change. */
  readonly activityIds: readonly [string, string, string, string, string];
  readonly now: number;
}

export interface ChangeTaskFacts {
  readonly task: TaskRecord | undefined;
  /** Who is named to do it. */
  readonly assignee: Principal | undefined;
  /** Of the durable task that is named. */
  readonly link: LinkFacts;
  /** The durable task that it has now. */
  readonly durable: DurableTask | undefined;
}

export type ChangeTaskDecision =
  | {
      readonly kind: 'change';
      readonly before: TaskRecord;
      readonly task: TaskRecord;
      readonly told: readonly ActivityEntry[];
    }
  | { readonly kind: 'same'; readonly task: TaskRecord }
  | Refusal;

export function decideChangeTask(actor: Principal, change: ChangeTask, facts: ChangeTaskFacts): ChangeTaskDecision {
  const found = decideOnTask(actor, 'task.tell', { taskId: change.taskId, task: facts.task });
  if (found.kind === 'refused') return found;
  const before = found.task;
  const after = changed(before, change);
  const refusal =
    manageRefusal(actor, { before, after, facts }) ??
    linkChangeRefusal(actor, { before, after, facts }) ??
    statusRefusal({ before, after, facts });
  if (refusal !== undefined) return refusal;
  const told = whatIsTold({ before, after, facts, ids: change.activityIds });
  return told.length === 0 ? { kind: 'same', task: before } : { kind: 'change', before, task: after, told };
}

/** Null takes away. */
function chosen<T>(asked: T | null | undefined, was: T | undefined): T | undefined {
  return asked === undefined ? was : (asked ?? undefined);
}

function changed(before: TaskRecord, { now, ...change }: ChangeTask): TaskRecord {
  const { assigneeId: _assignee, durableTaskId: _durable, closedAt, ...kept } = before;
  const status = change.status ?? before.status;
  return {
    ...kept,
    status,
    title: change.title ?? before.title,
    notes: change.notes ?? before.notes,
    updatedAt: now,
    ...compact({
      assigneeId: chosen(change.assigneeId, before.assigneeId),
      durableTaskId: chosen(change.durableTaskId, before.durableTaskId),
      closedAt: isHubTaskOpen(status) ? undefined : (closedAt ?? now),
    }),
  };
}

interface Step {
  readonly before: TaskRecord;
  readonly after: TaskRecord;
  readonly facts: ChangeTaskFacts;
}

function manageRefusal(actor: Principal, { before, after, facts }: Step): Refusal | undefined {
  const isManaged =
    before.title !== after.title || before.notes !== after.notes || before.assigneeId !== after.assigneeId;
  if (!isManaged) return undefined;
  const allowed = decideOnTask(actor, 'task.manage', { taskId: before.id, task: before });
  if (allowed.kind === 'refused') return allowed;
  if (after.assigneeId !== undefined && after.assigneeId !== before.assigneeId && facts.assignee === undefined) {
    return nobody(after.assigneeId);
  }
  if (isHubTaskOpen(before.status) || isHubTaskOpen(after.status)) return undefined;
  return refuse('conflict', `This task is ${before.status}, so nothing of it is changed; open it again first.`, {
    status: before.status,
  });
}

function linkChangeRefusal(actor: Principal, { before, after, facts }: Step): Refusal | undefined {
  if (before.durableTaskId === after.durableTaskId) return undefined;
  const allowed = decideOnTask(actor, 'task.link', { taskId: before.id, task: before });
  if (allowed.kind === 'refused') return allowed;
  if (after.durableTaskId === undefined) return undefined;
  return linkRefusal(after.durableTaskId, { ...facts.link, taskId: before.id });
}

function statusRefusal({ before, after, facts }: Step): Refusal | undefined {
  if (before.status === after.status) return undefined;
  if (!mayHubTaskBecome(before.status, after.status)) {
    return refuse(
      'conflict',
      `This task is ${before.status} and does not become ${after.status}; open it again first.`,
      {
        status: before.status,
      },
    );
  }
  if (after.status !== 'done' || after.durableTaskId === undefined) return undefined;
  const durable = after.durableTaskId === before.durableTaskId ? facts.durable : facts.link.durable;
  return gateRefusal(after.durableTaskId, durable);
}

/** How many of the things that are missing are named in the sentence; the details have all. */
const mostNamed = 5;

function gateRefusal(durableTaskId: string, durable: DurableTask | undefined): Refusal | undefined {
  const state = durable?.state ?? 'missing';
  if (state === 'completed') return undefined;
  const missing = durable?.gaps ?? [];
  const details = { durableTaskId, state, missing: [...missing] };
  const named = missing.slice(0, mostNamed).join('; ');
  const more = missing.length > mostNamed ? `; and ${missing.length - mostNamed} more` : '';
  const why = missing.length === 0 ? '' : `: ${named}${more}`;
  const next =
    state === 'missing'
      ? 'the owner takes it off with `"durableTaskId": null`'
      : state === 'failed'
        ? 'cancel this one, or reopen that one with `perdure task reopen`'
        : 'complete that one first, with `perdure task complete`';
  return refuse('conflict', `Its durable task "${durableTaskId}" is ${state}${why}; ${next}.`, details);
}

/** In the order in which it is done; empty where nothing changes. */
function whatIsTold({
  before,
  after,
  facts,
  ids,
}: Step & { readonly ids: ChangeTask['activityIds'] }): readonly ActivityEntry[] {
  const comment = (at: 0 | 1 | 2 | 3, message: string): ActivityEntry => ({ id: ids[at], type: 'comment', message });
  const told: ActivityEntry[] = [];
  if (before.title !== after.title) told.push(comment(0, 'The title was changed.'));
  if (before.notes !== after.notes) told.push(comment(1, 'The notes were changed.'));
  if (before.assigneeId !== after.assigneeId) {
    const handle = after.assigneeId === undefined ? undefined : facts.assignee?.handle;
    told.push(comment(2, handle === undefined ? 'Nobody has it to do any more.' : `${handle} has it to do now.`));
  }
  if (before.durableTaskId !== after.durableTaskId) {
    const { durableTaskId } = after;
    const said = durableTaskId === undefined ? 'No durable task' : `The durable task "${durableTaskId}"`;
    told.push(comment(3, `${said} carries it out now.`));
  }
  if (before.status !== after.status) {
    const [from, to] = [before.status, after.status];
    told.push({ id: ids[4], type: 'status_change', message: `${from} -> ${to}`, from, to });
  }
  return told;
}
