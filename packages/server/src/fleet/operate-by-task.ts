/** `Start agent: <handle>`, `Stop agent:`, `Restart agent:`, `Upgrade agent:` and `Deprovision agent:`. */

import type { FamilyGateway, HubTask } from '@perdure/contract';
import type { GatewayRecord, TaskOrder } from '@perdure/fleet';
import { changeHubTask } from '@perdure/hub/desk';
import { accepted } from '../http/hub/actor.ts';
import { block, whoMay, type Taken, type TaskOrderDeps } from './by-task.ts';

export interface OperationByTask {
  readonly order: Exclude<TaskOrder, 'provision'>;
  readonly named: string;
}

export async function operateByTask(
  deps: TaskOrderDeps,
  task: HubTask,
  { order, named }: OperationByTask,
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
  if (task.status === 'todo') {
    await fleet.order(by, gateway.principalId, { order, ...(order === 'upgrade' && { taskId: task.id }) });
    await begun(deps, task);
  }
  return await look(deps, task, { gateway, order });
}

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
  if (seen.problem !== undefined && seen.work === undefined) {
    await block(deps, task, [seen.problem]);
    return 'over';
  }
  if (!isDone(order, seen)) return 'goes_on';
  const message = `${gateway.handle} ${order === 'upgrade' ? `has OpenClaw ${seen.version}` : `is ${told[order]}`}.`;
  await deps.words.activity(task.id, { id: `done:${order}`, type: 'progress', message });
  await deps.words.closeTask(task.id);
  return 'over';
}

const told: Readonly<Record<Exclude<OperationByTask['order'], 'upgrade'>, string>> = {
  start: 'running',
  stop: 'stopped',
  restart: 'running again',
  deprovision: 'deprovisioned',
};

function isDone(order: OperationByTask['order'], { work, process, readiness, status }: FamilyGateway): boolean {
  if (order === 'deprovision') return status === 'removed';
  if (order === 'upgrade') return status === 'ready';
  if (work !== undefined) return false;
  return order === 'stop' ? process.state !== 'running' : process.state === 'running' && readiness === 'ready';
}
