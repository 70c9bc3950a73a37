/**
 * Tasks, and what is told of them. Whatever is answered or told has references in the place of secrets; only who reads
 * the one task may be given them.
 */

import { compact, type HubActivity, type HubActivityType, type HubTask, type Principal } from '@perdure/contract';
import { may } from '../core/may.ts';
import type { Page, PageRequest } from '../core/ports.ts';
import { refuse, type Refusal } from '../core/refusal.ts';
import type { ChangeTask, CreateTask } from '../core/tasks/decide-task.ts';
import type { HubTaskStore, TaskFilter } from '../core/tasks/ports.ts';
import { activityView, hubTaskView } from '../core/tasks/view.ts';
import type { HubDeps, PageOutcome } from './deps.ts';
import { takeSend } from './take-send.ts';

export interface HubTaskDeps extends Pick<HubDeps, 'publish' | 'sends' | 'clock' | 'newId'> {
  readonly tasks: HubTaskStore;
}

type TaskAnswer = { readonly kind: 'task'; readonly task: HubTask } | Refusal;
type Made = 'id' | 'vaultId' | 'itemId' | 'now';

export async function createHubTask(
  deps: HubTaskDeps,
  by: Principal,
  request: Omit<CreateTask, Made>,
): Promise<{ readonly kind: 'created' | 'repeated'; readonly task: HubTask } | Refusal> {
  const tooMany = takeSend(deps, by);
  if (tooMany !== undefined) return tooMany;
  const { tasks, publish, newId, clock } = deps;
  const made = { id: newId(), vaultId: newId(), itemId: newId(), now: clock() };
  const outcome = await tasks.create(by, { ...request, ...made });
  if (outcome.kind === 'refused') return outcome;
  const task = hubTaskView(outcome.stored);
  if (outcome.kind === 'created') publish({ kind: 'task-changed', task, activity: [] });
  return { kind: outcome.kind, task };
}

export async function changeHubTask(
  deps: HubTaskDeps,
  by: Principal,
  request: Omit<ChangeTask, Exclude<Made, 'id'> | 'activityIds'>,
): Promise<TaskAnswer> {
  const tooMany = takeSend(deps, by);
  if (tooMany !== undefined) return tooMany;
  const { tasks, publish, newId, clock } = deps;
  const activityIds = [newId(), newId(), newId(), newId(), newId()] as const;
  const made = { vaultId: newId(), itemId: newId(), activityIds, now: clock() };
  const outcome = await tasks.change(by, { ...request, ...made });
  if (outcome.kind === 'refused') return outcome;
  const task = hubTaskView(outcome.stored);
  if (outcome.kind === 'changed') {
    const { told, formerId } = outcome;
    publish({ kind: 'task-changed', task, activity: told.map(activityView), ...compact({ formerId }) });
  }
  return { kind: 'task', task };
}

/** `isWhole`: with its secrets, if they are theirs to read. */
export async function showHubTask(
  { tasks, clock, newId }: HubTaskDeps,
  by: Principal,
  { taskId, isWhole }: { readonly taskId: string; readonly isWhole: boolean },
): Promise<TaskAnswer> {
  const outcome = await tasks.read(by, { taskId, leaseId: isWhole ? newId() : undefined, now: clock() });
  return outcome.kind === 'refused' ? outcome : { kind: 'task', task: hubTaskView(outcome.stored, outcome.given) };
}

export async function listHubTasks(
  { tasks }: HubTaskDeps,
  by: Principal,
  { assigneeId, ...request }: PageRequest & TaskFilter,
): Promise<PageOutcome<HubTask>> {
  if (request.isAll && !may(by, 'tasks.listAll')) {
    return refuse('forbidden', 'Only the owner lists all tasks; leave `all` out for those you made or have to do.');
  }
  const { data, next } = await tasks.list(by, { ...request, assigneeId: assigneeId === 'me' ? by.id : assigneeId });
  return { kind: 'page', data: data.map((stored) => hubTaskView(stored)), ...compact({ next }) };
}

/** All open ones with this in their title, in whichever case; newest first. */
export async function findOpenHubTasks(
  { tasks }: HubTaskDeps,
  by: Principal,
  titled: string,
): Promise<{ readonly kind: 'tasks'; readonly tasks: readonly HubTask[] } | Refusal> {
  if (!may(by, 'tasks.listAll')) return refuse('forbidden', 'Only the owner looks for tasks of all.');
  const found = await tasks.open({ titled });
  return { kind: 'tasks', tasks: found.map((stored) => hubTaskView(stored)) };
}

export async function tellOfHubTask(
  deps: HubTaskDeps,
  by: Principal,
  told: {
    readonly taskId: string;
    readonly type: HubActivityType;
    readonly message: string;
    /** By which what was told before is known again. */
    readonly id?: string;
  },
): Promise<{ readonly kind: 'told'; readonly activity: HubActivity } | Refusal> {
  const tooMany = takeSend(deps, by);
  if (tooMany !== undefined) return tooMany;
  const { tasks, publish, newId, clock } = deps;
  const outcome = await tasks.tell(by, { ...told, id: told.id ?? newId(), now: clock() });
  if (outcome.kind === 'refused') return outcome;
  const activity = activityView(outcome.activity);
  if (outcome.kind === 'told') {
    publish({ kind: 'task-changed', task: hubTaskView(outcome.stored), activity: [activity] });
  }
  return { kind: 'told', activity };
}

export async function listHubActivity(
  { tasks, clock }: HubTaskDeps,
  by: Principal,
  { taskId, ...page }: PageRequest & { readonly taskId: string },
): Promise<({ readonly kind: 'page' } & Page<HubActivity>) | Refusal> {
  const seen = await tasks.read(by, { taskId, leaseId: undefined, now: clock() });
  if (seen.kind === 'refused') return seen;
  const { data, next } = await tasks.activity(taskId, page);
  return { kind: 'page', data: data.map(activityView), ...compact({ next }) };
}
