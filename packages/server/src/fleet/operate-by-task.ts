/** `Start agent: <handle>`, `Stop agent:`, and whatever else is ordered with a handle alone. */

import type { FamilyGateway, HubTask } from '@perdure/contract';
import type { GatewayRecord, TaskOrder } from '@perdure/fleet';
import { changeHubTask } from '@perdure/hub/desk';
import { accepted } from '../http/hub/actor.ts';
import { block, whoMay, type Taken, type TaskOrderDeps } from './by-task.ts';

export interface OperationByTask {
  readonly order: Exclude<TaskOrder, 'provision'>;
  readonly named: string;
  /** It was taken up before. */
  readonly isBegun: boolean;
}

export async function operateByTask(
  deps: TaskOrderDeps,
  task: HubTask,
  { order, named, isBegun }: OperationByTask,
): Promise<Taken> {
  const { store, fleet, owner } = deps;
  const all = await store.list({ host: fleet.hostName, withRemoved: true });
  const gateway = all.find(({ handle, principalId }) => handle === named || principalId === named);
  if (gateway === undefined) {
    const message = `There is no gateway of "${named}" on ${fleet.hostName}; \`perdure family status\` shows those there are.`;
    if (task.createdBy === owner.id) await block(deps, task, [message]);
    return 'over';
  }
  const by = await whoMay(deps, task, gateway);
  if (by === undefined) return 'over';
  if (!isBegun) {
    const { backup } = await fleet.order(by, gateway.principalId, {
      order,
      ...(byRun.has(order) && { taskId: task.id }),
    });
    await begun(deps, task);
    if (backup !== undefined)
      return await done(deps, task, `A copy of ${gateway.handle} is in ${backup}; it holds keys.`);
  }
  return await look(deps, task, { gateway, order });
}

/** Their run tells of itself on the task. */
const byRun: ReadonlySet<TaskOrder> = new Set(['upgrade', 'repair', 'restore']);

/** Taken up: who looks again, after a crash too, does not order it again. */
async function begun({ tasks, owner }: TaskOrderDeps, { id }: HubTask): Promise<void> {
  accepted(await changeHubTask(tasks, owner, { taskId: id, status: 'in_progress' }));
}

async function look(
  deps: TaskOrderDeps,
  task: HubTask,
  { gateway, order }: { readonly gateway: GatewayRecord; readonly order: OperationByTask['order'] },
): Promise<Taken> {
  const seen = await deps.fleet.get(gateway.principalId);
  // What stood there before is of no account while a run is at work.
  if (seen.problem !== undefined && seen.work === undefined && !atWork.has(seen.status)) {
    await block(deps, task, [seen.problem]);
    return 'over';
  }
  if (!isDone(order, seen)) return 'goes_on';
  const what = order === 'upgrade' ? `has OpenClaw ${seen.version}` : told[order];
  return await done(deps, task, `${gateway.handle} ${what}.`);
}

async function done({ words }: TaskOrderDeps, task: HubTask, message: string): Promise<Taken> {
  await words.activity(task.id, { id: 'done', type: 'progress', message });
  await words.closeTask(task.id);
  return 'over';
}

const atWork: ReadonlySet<FamilyGateway['status']> = new Set(['provisioning', 'changing']);

const told: Readonly<Record<Exclude<OperationByTask['order'], 'upgrade'>, string>> = {
  start: 'is running',
  stop: 'is stopped',
  restart: 'is running again',
  repair: 'is as it is to be',
  refresh: 'has the key of its model as it lies in its vault',
  backup: 'was copied into the folder of archives',
  restore: 'is back',
  deprovision: 'is deprovisioned',
};

/** When it is `ready`, whatever its process does. */
const byStatus: ReadonlySet<OperationByTask['order']> = new Set(['upgrade', 'repair', 'refresh', 'backup', 'restore']);

function isDone(order: OperationByTask['order'], { work, process, readiness, status }: FamilyGateway): boolean {
  if (order === 'deprovision') return status === 'removed';
  if (byStatus.has(order)) return status === 'ready';
  if (work !== undefined) return false;
  return order === 'stop' ? process.state !== 'running' : process.state === 'running' && readiness === 'ready';
}
