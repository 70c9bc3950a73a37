/**
 * The run that moves the gateways of a family, one after the other: what it is started with, and how it stands. Each
 * gateway is changed by a run of its own, whose id follows from the two, so that whoever comes after a crash finds it.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { upgradeRoles, type PlannedUpgrade, type UpgradePlan } from './upgrade.ts';

export const upgradeInputSchema = z.strictObject({
  familyId: z.string(),
  /** For who looks at the run. */
  family: z.string(),
  program: z.strictObject({ node: z.string(), entry: z.string(), version: z.string() }),
  /** In this order. */
  members: z
    .array(
      z.strictObject({
        principalId: z.string(),
        handle: z.string(),
        from: z.string(),
        role: z.enum(upgradeRoles),
      }),
    )
    .min(1),
});
export type UpgradeInput = z.infer<typeof upgradeInputSchema>;

export function upgradeInputOf(
  { program, members }: UpgradePlan,
  { familyId, family }: Pick<UpgradeInput, 'familyId' | 'family'>,
): UpgradeInput {
  return { familyId, family, program, members: members.map((each) => ({ ...each })) };
}

/** As `StepOrder`, for a run that is about many gateways. `member`: for each of them. */
export interface UpgradeOrder {
  readonly job: 'upgrade-family';
  readonly step: 'begin' | 'member' | 'report';
  readonly direction: 'do' | 'undo';
  /** Of the member. */
  readonly principalId?: string | undefined;
  readonly runId: string;
}

/** The step of a member, in the run. */
export const memberStep = (handle: string): string => `upgrade-${handle}`;

/**
 * The run that changes this gateway for that run: a UUIDv7 with the time of that one in it, by which archives are
 * called, and else of the two.
 */
export function changeRunId(runId: string, principalId: string): string {
  const rest = createHash('sha256').update(`${runId}/${principalId}`).digest('hex');
  return `${runId.slice(0, 13)}-7${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6, 18)}`;
}

/** `changing`: it is at work on it. `put_back`: it failed, and is as it was. `untouched`: it will not come to it. */
export const upgradeStates = ['waiting', 'changing', 'upgraded', 'put_back', 'untouched'] as const;
export type UpgradeState = (typeof upgradeStates)[number];

/** What the records tell of a member. */
export interface SeenUpgrade {
  /** The run that changes it for this one; absent: there is none. */
  readonly change?: { readonly status: string; readonly isOver: boolean };
  /** Somebody else brought it there. */
  readonly hasRelease: boolean;
}

/** `isOver`: the run of the family goes on no more. */
export function stateOfUpgrade({ change, hasRelease }: SeenUpgrade, isOver: boolean): UpgradeState {
  if (change === undefined) return hasRelease ? 'upgraded' : isOver ? 'untouched' : 'waiting';
  if (!change.isOver) return 'changing';
  return change.status === 'completed' ? 'upgraded' : 'put_back';
}

export interface MemberStanding extends PlannedUpgrade {
  readonly state: UpgradeState;
  /** What is done to it just now. */
  readonly step?: string;
  /** Why it is as it was. */
  readonly problem?: string;
  /** What its gateway printed last with the release that it did not keep, newest last. */
  readonly lastLines?: readonly string[];
}

/** What is told of it when it went no further: what became of whom, and what to do. */
export function tellEnded(
  { family, program }: Pick<UpgradeInput, 'family' | 'program'>,
  { members, runId }: { readonly members: readonly MemberStanding[]; readonly runId: string },
): string {
  const those = (...states: readonly UpgradeState[]) => members.filter((each) => states.includes(each.state));
  const [back, done, rest] = [those('put_back'), those('upgraded'), those('waiting', 'untouched')];
  return [
    `The family ${family} was not brought to OpenClaw ${program.version} to the end.`,
    ...back.map(({ handle, problem }) => `${handle} is as it was${problem === undefined ? '.' : `: ${problem}`}`),
    ...(done.length === 0 ? [] : [`${counted(done, ['has it, and keeps it', 'have it, and keep it'])}.`]),
    ...(rest.length === 0 ? [] : [`${counted(rest, ['was', 'were'])} not touched.`]),
    `\`perdure runs show ${runId}\` tells more. When that is put right, \`perdure family upgrade\` goes on with those that do not have it.`,
  ].join(' ');
}

const counted = (list: readonly MemberStanding[], [one, many]: readonly [string, string]): string =>
  `${namesOf(list.map(({ handle }) => handle))} ${list.length === 1 ? one : many}`;

export function namesOf(handles: readonly string[]): string {
  const last = handles.at(-1) ?? 'nobody';
  return handles.length < 2 ? last : `${handles.slice(0, -1).join(', ')} and ${last}`;
}
