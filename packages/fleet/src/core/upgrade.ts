/**
 * What it would be to move gateways of a family to another release of OpenClaw: who is moved, who first, and what has
 * to be known before. Nothing is touched.
 */

import { hash } from 'node:crypto';
import type { GatewayProgram, GatewayRecord } from './gateway.ts';
import { compareReleases, isSameRelease } from './release.ts';

/** A gateway that is there, and what was found out of it. */
export interface UpgradeCandidate {
  readonly gateway: Pick<
    GatewayRecord,
    'principalId' | 'handle' | 'program' | 'status' | 'wanted' | 'service' | 'home'
  >;
  /** What lies at its entry by now; absent: nothing does, or it does not say. */
  readonly behind?: string;
  readonly isLead: boolean;
  /** Tasks of the hub that it has before it. */
  readonly openTasks: number;
  readonly homeBytes: number;
}

export interface UpgradeWish {
  readonly program: GatewayProgram;
  /** By handle or id; absent: all of the family. */
  readonly members?: readonly string[];
  /** By handle or id; absent: one is chosen. */
  readonly canary?: string;
  /** Where archives lie. */
  readonly freeDiskBytes: number;
}

/** `unseen`: it is to be down, so it is changed, and nobody sees how it is then. */
export const upgradeRoles = ['canary', 'next', 'unseen'] as const;
export type UpgradeRole = (typeof upgradeRoles)[number];

export interface PlannedUpgrade {
  readonly principalId: string;
  readonly handle: string;
  readonly from: string;
  readonly role: UpgradeRole;
}

export interface UpgradePlan {
  readonly kind: 'plan';
  readonly program: GatewayProgram;
  /** In this order; none: there is nothing to do. */
  readonly members: readonly PlannedUpgrade[];
  readonly left: readonly { readonly handle: string; readonly why: string }[];
  /** Sentences. */
  readonly warnings: readonly string[];
  /** What archives and a copy may take, at most, and what is there for them. */
  readonly disk: { readonly neededBytes: number; readonly freeBytes: number };
  /** SHA-256 in hexadecimal, of who is moved to what, in which order. */
  readonly hash: string;
}

export type UpgradePlanOutcome = UpgradePlan | { readonly kind: 'blocked'; readonly problems: readonly string[] };

export function planUpgrade(candidates: readonly UpgradeCandidate[], wish: UpgradeWish): UpgradePlanOutcome {
  const { program, members: named, freeDiskBytes } = wish;
  const asked = named === undefined ? candidates : candidates.filter(isAmong(named));
  const left = asked.flatMap((each) => leftOf(each, wish));
  const moved = asked.filter(({ gateway }) => !left.some(({ handle }) => handle === gateway.handle));
  const unknown = (named ?? []).filter((name) => !candidates.some(isAmong([name])));
  const needed = neededBytes(moved);
  const problems = [
    ...unknown.map((name) => `there is no gateway of "${name}" in this family on this host`),
    ...moved.flatMap((each) => problemOf(each, program)),
    ...canaryProblem(moved, wish),
    ...(needed > freeDiskBytes ? [diskProblem(needed, freeDiskBytes)] : []),
  ];
  if (problems.length > 0) return { kind: 'blocked', problems };
  const members = ordered(moved, wish.canary);
  return {
    kind: 'plan',
    program,
    members,
    left,
    warnings: warningsOf(moved, members),
    disk: { neededBytes: needed, freeBytes: freeDiskBytes },
    hash: hash('sha256', JSON.stringify([program, members])),
  };
}

const isAmong =
  (names: readonly string[]) =>
  ({ gateway: { handle, principalId } }: UpgradeCandidate): boolean =>
    names.includes(handle) || names.includes(principalId);

/** What nobody named by itself is passed over where nothing can be done for it. */
function leftOf({ gateway, behind }: UpgradeCandidate, { program, members }: UpgradeWish): UpgradePlan['left'] {
  const { handle, status, service } = gateway;
  if (status === 'removed' || status === 'failed') {
    return members === undefined ? [{ handle, why: `it is ${status}, so nothing runs there` }] : [];
  }
  if (service === 'its_own' && members === undefined) return [{ handle, why: setUpByHand }];
  const isThere = isSameRelease(gateway.program, program) && (behind === undefined || behind === program.version);
  return isThere ? [{ handle, why: `it has OpenClaw ${program.version} already` }] : [];
}

const setUpByHand = 'it was set up by hand, and whoever did so chooses its OpenClaw';

/** What is in the way of one that is to be moved. */
function problemOf({ gateway }: UpgradeCandidate, { version }: GatewayProgram): readonly string[] {
  const { handle, status, program, service } = gateway;
  if (status !== 'ready') return [`the gateway of ${handle} is ${status}: that is for one that is ready`];
  if (service === 'its_own') return [`${handle} is left as it is: ${setUpByHand}`];
  const older = downgradeProblem(gateway, { from: program.version, to: version });
  return older === undefined ? [] : [older];
}

/** Undefined: it is none, or cannot be known to be one. */
export function downgradeProblem(
  { handle }: Pick<GatewayRecord, 'handle'>,
  { from, to }: { readonly from: string; readonly to: string },
): string | undefined {
  const difference = compareReleases(to, from);
  if (difference === undefined || difference >= 0) return undefined;
  return `${handle} has OpenClaw ${from}, and ${to} is older: it cannot open what a newer one has written. The way back is an archive from before: \`perdure family deprovision ${handle}\`, then \`perdure family restore <archive>\` with the older one on the PATH of Perdure`;
}

function canaryProblem(moved: readonly UpgradeCandidate[], { canary }: UpgradeWish): readonly string[] {
  if (canary === undefined) return [];
  const found = moved.find(isAmong([canary]));
  if (found === undefined) return [`${canary} is not among those that are moved, so it cannot be the first of them`];
  if (found.gateway.wanted === 'up') return [];
  return [`${canary} is down, so nobody would see how it is then: start it, or name another canary`];
}

/** Each home in an archive, and the largest once more while it is written and read back. */
function neededBytes(moved: readonly UpgradeCandidate[]): number {
  const sizes = moved.map(({ homeBytes }) => homeBytes);
  return sizes.reduce((sum, size) => sum + size, 0) + Math.max(0, ...sizes);
}

function diskProblem(needed: number, free: number): string {
  return `the archives of what is there now may need ${megabytes(needed)}, and ${megabytes(free)} are free: make room, or name fewer members`;
}

export const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1_000_000).toLocaleString('en')} MB`;

/** The canary, who runs, who does not; the lead last of all, since the others are told what to do by it. */
function ordered(moved: readonly UpgradeCandidate[], canary: string | undefined): readonly PlannedUpgrade[] {
  const byCalm = moved.toSorted(
    (one, other) =>
      Number(one.isLead) - Number(other.isLead) ||
      Number(one.gateway.wanted === 'down') - Number(other.gateway.wanted === 'down') ||
      one.openTasks - other.openTasks ||
      (one.gateway.handle < other.gateway.handle ? -1 : 1),
  );
  const first = byCalm.find(canary === undefined ? ({ gateway }) => gateway.wanted === 'up' : isAmong([canary]));
  const inOrder = first === undefined ? byCalm : [first, ...byCalm.filter((each) => each !== first)];
  return inOrder.map((each) => {
    const { principalId, handle, program, wanted } = each.gateway;
    const role = each === first ? 'canary' : wanted === 'up' ? 'next' : 'unseen';
    return { principalId, handle, from: program.version, role };
  });
}

function warningsOf(moved: readonly UpgradeCandidate[], members: readonly PlannedUpgrade[]): readonly string[] {
  const unseen = members.filter(({ role }) => role === 'unseen').map(({ handle }) => handle);
  const replaced = moved.filter(({ gateway, behind }) => behind !== gateway.program.version);
  return [
    ...replaced.map(noWayBack),
    ...(members.length > 0 && unseen.length === members.length
      ? ['None of them is to run, so there is no canary, and how they are is seen when they are started.']
      : unseen.map((handle) => `${handle} is down: it is moved, and how it is then is seen when it is started.`)),
  ];
}

/** An installation in place puts another release where the one is that a gateway was started with. */
function noWayBack({ gateway: { handle, program }, behind }: UpgradeCandidate): string {
  const now = behind === undefined ? 'nothing is there any more' : `${behind} is there by now`;
  return `${handle} was made with OpenClaw ${program.version} at ${program.entry}, and ${now}: where the upgrade fails its home comes back, and no ${program.version} to run it with. Install releases side by side: \`${sideBySide(program.version)}\`.`;
}

export const sideBySide = (version: string): string => `npm install --prefix ~/openclaw-${version} openclaw@${version}`;

/** What is said of one whose program is another one than that it was made with; undefined: it is not. */
export function programProblem(program: GatewayProgram, behind: string | undefined): string | undefined {
  if (behind === program.version) return undefined;
  const what = behind === undefined ? 'is not there any more' : `is OpenClaw ${behind} by now`;
  return `what lies at ${program.entry} ${what}, and its home was made with ${program.version}`;
}
