/** A hub in which `ada` makes tasks for `agent`; `outsider` has no part in them. Durable tasks are as a test says. */

import { onTestFinished } from 'vitest';
import type { Principal } from '@perdure/contract';
import type { HubStore } from '../../../core/ports.ts';
import type { ChangeTask, CreateTask } from '../../../core/tasks/decide-task.ts';
import type { HubTaskStore } from '../../../core/tasks/ports.ts';
import type { DurableTask } from '../../../core/tasks/records.ts';
import type { VaultStore } from '../../../core/vault/ports.ts';
import { taken } from '../../conformance/world.ts';

export interface TaskStoreUnderTest {
  readonly hub: HubStore;
  readonly vaults: VaultStore;
  readonly tasks: HubTaskStore;
  /** What another process has of the same. */
  readonly another: () => Promise<HubTaskStore>;
  /** Durable tasks that there are, by id. */
  readonly durable: Map<string, DurableTask>;
  /** From now on the root key is not the one with which the vaults were made. */
  readonly loseKey: () => void;
  readonly close: () => void;
}

export type OpenTaskStore = () => Promise<TaskStoreUnderTest>;

export async function openTaskWorld(open: OpenTaskStore) {
  const under = await open();
  onTestFinished(under.close);
  const { hub, tasks } = under;
  let count = 0;
  const newId = (): string => `id-${String((count += 1)).padStart(4, '0')}`;
  const owner = await hub.principals.ensureOwner({ id: newId(), workspaceId: 'w', now: 1 });
  const make = async (kind: Principal['kind'], handle: string): Promise<Principal> => {
    const made = { id: newId(), kind, handle, displayName: handle.toUpperCase(), now: 2 };
    return taken(await hub.principals.create(owner, made)).principal;
  };
  const [ada, agent] = [await make('human', 'ada'), await make('agent', 'scout')];
  const [other, outsider] = [await make('agent', 'other'), await make('agent', 'stranger')];

  const asked = (more: Partial<CreateTask> = {}): CreateTask => ({
    id: newId(),
    vaultId: newId(),
    itemId: newId(),
    title: 'Provision agent: scout',
    assigneeId: agent.id,
    notes: '',
    status: 'todo',
    durableTaskId: undefined,
    clientKey: undefined,
    now: 3,
    ...more,
  });
  const create = async (more: Partial<CreateTask> = {}, by = ada) => taken(await tasks.create(by, asked(more))).stored;
  const change = async (by: Principal, taskId: string, more: Partial<ChangeTask>) => {
    const ids = { vaultId: newId(), itemId: newId() };
    const activityIds = [newId(), newId(), newId(), newId(), newId()] as const;
    return await tasks.change(by, { taskId, ...ids, activityIds, now: 4, ...more });
  };
  /** As whoever reads it is given it. */
  const notes = async (by: Principal, taskId: string, now = 5): Promise<string> => {
    const { stored, given } = taken(await tasks.read(by, { taskId, leaseId: newId(), now }));
    return given ?? stored.task.notes;
  };
  return { ...under, owner, ada, agent, other, outsider, newId, asked, create, change, notes };
}
export type TaskWorld = Awaited<ReturnType<typeof openTaskWorld>>;
