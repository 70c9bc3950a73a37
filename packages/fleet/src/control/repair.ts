/** Has a home of ours that was edited or damaged made as it is to be: told first, and only where something differs. */

import type { GatewayRecord } from '../core/gateway.ts';
import { repairPlan, type Difference, type RepairPlan } from '../core/repair.ts';
import { specOf } from '../core/service-spec.ts';
import { change } from './change.ts';
import { readyGateway } from './operate.ts';
import { refuse, type ControlDeps, type ControlOutcome, type ControlRefusal } from './ports.ts';

export interface RepairWish {
  readonly principalId: string;
  /** Settings are replaced whole, whatever people have added. */
  readonly isFresh?: boolean | undefined;
  /** Of the plan that somebody agreed to. */
  readonly planHash?: string | undefined;
  readonly taskId?: string | undefined;
}

export interface PlannedRepair {
  readonly kind: 'repair';
  readonly plan: RepairPlan;
  /** What OpenClaw does not take, though nothing of ours differs: only settings that are replaced whole mend it. */
  readonly problems: readonly string[];
}

/** What would be made anew; nothing is. */
export async function planRepair(
  deps: ControlDeps,
  { principalId, isFresh = false }: Pick<RepairWish, 'principalId' | 'isFresh'>,
): Promise<PlannedRepair | ControlRefusal> {
  const found = await readyGateway(deps, principalId);
  if (found.kind === 'refused') return found;
  const { gateway } = found;
  const plan = await planOf(deps, gateway, isFresh);
  const problems = plan.differences.length > 0 ? [] : await deps.programOf(gateway.program).validate(gateway.home);
  return { kind: 'repair', plan, problems };
}

/** Where nothing differs, nothing is done. */
export async function repair(
  deps: ControlDeps,
  { principalId, isFresh = false, planHash, taskId }: RepairWish,
): Promise<ControlOutcome> {
  const found = await readyGateway(deps, principalId);
  if (found.kind === 'refused') return found;
  const { gateway } = found;
  const plan = await planOf(deps, gateway, isFresh);
  if (planHash !== undefined && planHash !== plan.hash) {
    return refuse('conflict', `The home of ${gateway.handle} is another one by now: look at the plan again.`);
  }
  if (plan.differences.length === 0) return found;
  const asked = { kind: 'settings', to: {}, ...(isFresh && { isFresh }) } as const;
  return await change(deps, principalId, { ...asked, ...(taskId !== undefined && { taskId }) });
}

async function planOf(deps: ControlDeps, gateway: GatewayRecord, isFresh: boolean): Promise<RepairPlan> {
  const differences = [...(await deps.lookAtHome(gateway, { isFresh })), ...(await serviceDifference(deps, gateway))];
  return repairPlan(differences, { home: gateway.home, isFresh });
}

async function serviceDifference(
  { serviceOf, host }: ControlDeps,
  gateway: GatewayRecord,
): Promise<readonly Difference[]> {
  const { service, serviceName = 'its service' } = gateway;
  const state = await serviceOf(service).state(specOf(gateway, host.accountHome));
  return state.kind === 'absent' ? [{ at: serviceName, found: 'not installed', becomes: 'installed' }] : [];
}
