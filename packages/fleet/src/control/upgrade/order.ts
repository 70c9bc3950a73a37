/** Has the gateways of a family, or one of them, moved to another release. The server does it; nobody who is moved. */

import type { UpgradePlan } from '../../core/upgrade.ts';
import { upgradeInputOf } from '../../core/upgrade-run.ts';
import { change } from '../change.ts';
import { noGateway, refuse, type ControlDeps, type ControlOutcome, type ControlRefusal } from '../ports.ts';
import { planFamilyUpgrade, type FamilyUpgradeWish } from './plan.ts';

export type OrderedUpgrade =
  /** Without a run where there is nothing to do. */
  { readonly kind: 'ordered'; readonly plan: UpgradePlan; readonly runId?: string } | ControlRefusal;

export async function upgradeFamily(
  deps: ControlDeps,
  { planHash, ...wish }: FamilyUpgradeWish & { readonly planHash?: string },
): Promise<OrderedUpgrade> {
  const { hub, runs, newId } = deps;
  const { familyId } = wish;
  const { name: family } = await hub.family(familyId);
  const atWork = await runs.upgradeAtWork(familyId);
  if (atWork !== undefined) {
    const next = `wait for that, or \`perdure runs cancel ${atWork}\``;
    return refuse('conflict', `The family ${family} is being upgraded by run ${atWork}: ${next}.`);
  }
  const plan = await planFamilyUpgrade(deps, wish);
  if (plan.kind === 'refused') return plan;
  if (planHash !== undefined && planHash !== plan.hash) {
    return refuse('conflict', `The plan is another one by now (${plan.hash}): look at it again.`);
  }
  if (plan.members.length === 0) return { kind: 'ordered', plan };
  const runId = newId();
  await runs.beginUpgrade(runId, upgradeInputOf(plan, { familyId, family }));
  return { kind: 'ordered', plan, runId };
}

/** One alone, to the OpenClaw of the PATH, by the run that changes it. */
export async function upgradeGateway(
  deps: ControlDeps,
  principalId: string,
  { taskId }: { readonly taskId?: string | undefined } = {},
): Promise<ControlOutcome> {
  const gateway = await deps.store.get(principalId);
  if (gateway === undefined) return noGateway(await deps.hub.member(principalId));
  const plan = await planFamilyUpgrade(deps, { familyId: gateway.familyId, members: [principalId] });
  if (plan.kind === 'refused') return plan;
  if (plan.members.length === 0) return { kind: 'gateway', gateway };
  const asked = { kind: 'program', to: { program: plan.program } } as const;
  return await change(deps, principalId, { ...asked, ...(taskId !== undefined && { taskId }) });
}
