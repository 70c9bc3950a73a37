/** What an upgrade of a family would be, by what is there now. */

import type { GatewayRecord } from '../../core/gateway.ts';
import { planUpgrade, type UpgradeCandidate, type UpgradePlan, type UpgradeWish } from '../../core/upgrade.ts';
import { compact } from '@perdure/contract';
import { refuse, type ControlDeps, type ControlRefusal } from '../ports.ts';

export interface FamilyUpgradeWish extends Pick<UpgradeWish, 'members' | 'canary'> {
  readonly familyId: string;
  /** A path on this host; absent: the OpenClaw of the PATH. */
  readonly openclaw?: string;
}

export type PlannedFamilyUpgrade = UpgradePlan | ControlRefusal;

export async function planFamilyUpgrade(
  deps: ControlDeps,
  { familyId, openclaw, members, canary }: FamilyUpgradeWish,
): Promise<PlannedFamilyUpgrade> {
  const { store, hub, host, archives } = deps;
  const release = await host.release(openclaw);
  if (release.kind === 'none') return refuse('conflict', release.why);
  const { leadId } = await hub.family(familyId);
  const all = await store.list({ familyId, withRemoved: true });
  const here = all.filter((gateway) => gateway.host === host.name);
  const candidates = await Promise.all(here.map(async (gateway) => await candidateOf(deps, gateway, leadId)));
  const freeDiskBytes = await host.freeBytes(archives);
  const { program } = release;
  const plan = planUpgrade(candidates, { program, freeDiskBytes, ...compact({ members, canary }) });
  if (plan.kind === 'plan') return plan;
  return refuse(
    'conflict',
    `Nothing is moved to OpenClaw ${program.version}: ${plan.problems.join('; ')}.`,
    plan.problems,
  );
}

async function candidateOf(
  { hub, host }: ControlDeps,
  gateway: GatewayRecord,
  leadId: string | undefined,
): Promise<UpgradeCandidate> {
  const { principalId, status, program, home } = gateway;
  const isLead = principalId === leadId;
  // Of what lies in an archive nothing is to be found out.
  if (status === 'removed') return { gateway, isLead, openTasks: 0, homeBytes: 0 };
  const [behind, openTasks, homeBytes] = await Promise.all([
    host.behind(program),
    hub.openTasks(principalId),
    host.sizeOf(home),
  ]);
  return { gateway, isLead, openTasks, homeBytes, ...compact({ behind }) };
}
