/** How an upgrade of a family stands: told by its run, and by those of its members. */

import { compact, PerdureError } from '@perdure/contract';
import type { GatewayRecord } from '../../core/gateway.ts';
import { isSameRelease } from '../../core/release.ts';
import { changeRunId, stateOfUpgrade, type MemberStanding, type UpgradeInput } from '../../core/upgrade-run.ts';
import type { PlannedUpgrade } from '../../core/upgrade.ts';
import type { ControlDeps, FleetRun } from '../ports.ts';

export interface SeenUpgradeRun {
  readonly runId: string;
  readonly upgrade: UpgradeInput;
  readonly run: FleetRun;
  readonly members: readonly MemberStanding[];
}

type ShowDeps = Pick<ControlDeps, 'store' | 'runs'>;

/** @throws PerdureError `not_found` */
export async function seeUpgrade(
  deps: ShowDeps,
  { runId, familyId }: { readonly runId: string; readonly familyId: string },
): Promise<SeenUpgradeRun> {
  const [upgrade, run] = await Promise.all([deps.runs.upgradeOf(runId), deps.runs.look(runId)]);
  if (upgrade === undefined || run === undefined || upgrade.familyId !== familyId) {
    throw new PerdureError(
      'not_found',
      `There is no upgrade ${runId} of this family; \`perdure runs list\` shows runs.`,
    );
  }
  return { runId, upgrade, run, members: await standingsOf(deps, { runId, upgrade, isOver: run.isOver }) };
}

/** `isOver`: whoever was not begun will not be. */
export async function standingsOf(
  deps: ShowDeps,
  { runId, upgrade, isOver }: { readonly runId: string; readonly upgrade: UpgradeInput; readonly isOver: boolean },
): Promise<readonly MemberStanding[]> {
  const { program, members } = upgrade;
  return await Promise.all(members.map(async (member) => await standingOf(deps, member, { program, isOver, runId })));
}

async function standingOf(
  { store, runs }: ShowDeps,
  member: PlannedUpgrade,
  {
    program,
    isOver,
    runId,
  }: { readonly runId: string; readonly isOver: boolean; readonly program: UpgradeInput['program'] },
): Promise<MemberStanding> {
  const { principalId } = member;
  const changedBy = changeRunId(runId, principalId);
  const [gateway, change] = await Promise.all([store.get(principalId), runs.look(changedBy)]);
  const seen = { hasRelease: hasRelease(gateway, program), ...(change !== undefined && { change }) };
  const state = stateOfUpgrade(seen, isOver);
  if (state === 'changing') return { ...member, state, ...compact({ step: change?.step }) };
  if (state !== 'put_back') return { ...member, state };
  // The record of the gateway tells of the run that was the last at work on it.
  const told = gateway?.runId === changedBy ? gateway : undefined;
  const problem = told?.problem ?? change?.problem;
  return { ...member, state, ...compact({ problem, lastLines: told?.failure?.lastLines }) };
}

/** Ready, and run with it. */
export const hasRelease = (gateway: GatewayRecord | undefined, program: UpgradeInput['program']): boolean =>
  gateway?.status === 'ready' && isSameRelease(gateway.program, program);
