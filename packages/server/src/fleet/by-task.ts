/** What orders by task share: who may give one, and how what is in the way is told. */

import { createHash } from 'node:crypto';
import type { HubTask, Principal } from '@perdure/contract';
import type { FleetHub, FleetStore, GatewayRecord } from '@perdure/fleet';
import type { HubDeps, HubTaskDeps } from '@perdure/hub/desk';
import type { FleetServing } from '../http/ports.ts';
import { familyOf } from './member-facts.ts';

export interface TaskOrderDeps {
  readonly hub: HubDeps;
  readonly tasks: HubTaskDeps;
  readonly owner: Principal;
  readonly fleet: FleetServing;
  readonly store: Pick<FleetStore, 'get' | 'list'>;
  readonly words: Pick<FleetHub, 'activity' | 'closeTask'>;
}

/** `over`: nothing more is to be done for it. */
export type Taken = 'over' | 'goes_on';

/** Who gave the order, where they may: the owner, and who leads the family. */
export async function whoMay(
  { hub, owner }: TaskOrderDeps,
  { createdBy }: HubTask,
  { familyId }: Pick<GatewayRecord, 'familyId'>,
): Promise<Principal | undefined> {
  if (createdBy === owner.id) return owner;
  const { lead } = await familyOf({ hub, owner }, familyId);
  return lead?.id === createdBy ? await hub.store.principals.get(createdBy) : undefined;
}

/** Everything that is in the way, in one word on the task: once for the same things. */
export async function block({ words }: TaskOrderDeps, { id }: HubTask, problems: readonly string[]): Promise<void> {
  const message = problems.length === 1 ? (problems[0] ?? '') : problems.map((one) => `- ${one}`).join('\n');
  await words.activity(id, { id: `blocked:${digest(message)}`, type: 'blocker', message });
}

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
