/** An upgrade as it is shown. */

import { compact, type FamilyUpgrade, type FamilyUpgradePlan } from '@perdure/contract';
import type { MemberStanding, UpgradePlan } from '@perdure/fleet';
import type { SeenUpgradeRun } from '@perdure/fleet/control';

export function upgradePlanView(
  familyId: string,
  { program: { version, entry }, members, left, warnings, disk, hash }: UpgradePlan,
): FamilyUpgradePlan {
  const listed = { members: members.map((each) => ({ ...each })), left: left.map((each) => ({ ...each })) };
  return { familyId, version, entry, ...listed, warnings: [...warnings], disk: { ...disk }, hash };
}

export function upgradeView({ runId, upgrade, run, members }: SeenUpgradeRun): FamilyUpgrade {
  const { familyId, program } = upgrade;
  const { status, isOver, problem } = run;
  const standing = { status, isOver, ...compact({ problem }) };
  return { id: runId, familyId, version: program.version, ...standing, members: members.map(memberView) };
}

function memberView({ lastLines, ...member }: MemberStanding): FamilyUpgrade['members'][number] {
  return { ...member, ...(lastLines !== undefined && { lastLines: [...lastLines] }) };
}
