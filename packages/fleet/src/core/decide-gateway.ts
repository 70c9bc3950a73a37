/** What becomes of the record of a gateway, decided of the record and of the others of its host. */

import { changeOf } from './change.ts';
import { portsMeet } from './choose-port.ts';
import { nextGatewayStatus, type GatewayAction, type GatewayRecord, type GatewayStatus } from './gateway.ts';
import type { GatewayFacts, GatewayOutcome, NewGateway } from './ports.ts';

export interface GatewayStanding {
  readonly current: GatewayRecord | undefined;
  /** All others of its host. */
  readonly others: readonly GatewayRecord[];
}

/** Of a failed one all was taken back, of a removed one all was removed. */
const holdsPlace = ({ status }: GatewayRecord): boolean => status !== 'failed' && status !== 'removed';

const refused = (reason: string): GatewayOutcome => ({ kind: 'refused', reason });

export function decideOpen(
  { now, ...made }: NewGateway,
  action: GatewayAction,
  { current, others }: GatewayStanding,
): GatewayOutcome {
  const status = nextGatewayStatus(current?.status, action);
  if (status === undefined) return refused(notNow(made.handle, current));
  const taken = placeTaken(made, others, { isThere: action === 'adopt' });
  if (taken !== undefined) return refused(taken);
  return { kind: 'gateway', gateway: { ...made, status, createdAt: current?.createdAt ?? now, updatedAt: now } };
}

export interface GatewayChange {
  readonly action?: GatewayAction | undefined;
  readonly facts?: GatewayFacts | undefined;
  readonly runId?: string | undefined;
  /** Else it is refused: whoever decided on what was there before has decided on something else. */
  readonly whileIn?: GatewayStatus | undefined;
  readonly now: number;
}

/** Actions with which somebody new begins to work on it; all others are of the run that is at work (M2). */
const beginning: ReadonlySet<GatewayAction> = new Set(['provision', 'change', 'remove', 'adopt', 'restore']);

export function decideChange(
  { action, facts = {}, runId, whileIn, now }: GatewayChange,
  { current, others }: GatewayStanding,
): GatewayOutcome {
  if (current === undefined) return refused('There is no gateway of this agent; it has to be provisioned first.');
  if (whileIn !== undefined && current.status !== whileIn) return refused(notNow(current.handle, current));
  const begins = action !== undefined && beginning.has(action);
  if (!begins && runId !== undefined && current.runId !== runId) {
    return refused(`Another run is at work on the gateway of ${current.handle} (${current.runId ?? 'none'}).`);
  }
  const status = action === undefined ? current.status : nextGatewayStatus(current.status, action);
  if (status === undefined) return refused(notNow(current.handle, current));
  const found = withFacts(current, facts);
  // What holds before it is what holds now: somebody may have stopped it since whoever asks has looked.
  const changed = action === 'change' && found.change !== undefined && { change: changeOf(found, found.change) };
  const gateway = { ...found, ...changed, status, updatedAt: now, ...(runId !== undefined && { runId }) };
  // One that was adopted lies where it lies, however near to others; a change brings nobody nearer.
  const isMoved = !holdsPlace(current) || current.home !== gateway.home || current.port !== gateway.port;
  // The run that moved it takes that back: to where it was, beside whom it was.
  const isOfRun = runId !== undefined && runId === current.runId;
  const isThere = isOfRun && current.change?.before.port === gateway.port;
  const taken = holdsPlace(gateway) && isMoved ? placeTaken(gateway, others, { isThere }) : undefined;
  return taken === undefined ? { kind: 'gateway', gateway } : refused(taken);
}

function withFacts(current: GatewayRecord, facts: GatewayFacts): GatewayRecord {
  const whole = Object.entries({ ...current, ...facts }).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(whole) as unknown as GatewayRecord;
}

function notNow(handle: string, current: GatewayRecord | undefined): string {
  if (current === undefined) return `There is no gateway of ${handle}; it has to be provisioned first.`;
  return `The gateway of ${handle} is ${current.status}: ${nextOf[current.status]}.`;
}

const nextOf: Readonly<Record<GatewayRecord['status'], string>> = {
  provisioning: 'wait for the run that is at work on it, or cancel that',
  ready: 'it has to be deprovisioned before another is made',
  changing: 'wait for the run that changes it, or cancel that',
  failed: 'provision it again, or remove it',
  removing: 'wait for the run that takes it away',
  removed: 'restore it from its archive, or make another agent',
};

/**
 * Undefined: nobody else of the host has anything of it. Of two that differ in case alone one file system makes one.
 * `isThere`: it has that port already, so only the same one is in its way.
 */
function placeTaken(
  { handle, home, port }: Pick<GatewayRecord, 'handle' | 'home' | 'port'>,
  others: readonly GatewayRecord[],
  { isThere = false }: { readonly isThere?: boolean } = {},
): string | undefined {
  const there = others.filter(holdsPlace);
  const sameHome = there.find((other) => isWithin(home, other.home) || isWithin(other.home, home));
  if (sameHome !== undefined) {
    return `${home} is where the gateway of ${sameHome.handle} lives (${sameHome.home}); choose another home.`;
  }
  if (isThere) {
    const same = there.find((other) => other.port === port);
    return (
      same && `Port ${port} of ${handle} is that of ${same.handle}: one of them cannot start; give one another port.`
    );
  }
  const neighbour = there.find((other) => portsMeet(other.port, port));
  if (neighbour !== undefined) {
    return `Port ${port} of ${handle} is too near to ${neighbour.port}, which ${neighbour.handle} has: their ranges would collide; leave the port out and one is chosen.`;
  }
  return undefined;
}

function isWithin(inner: string, outer: string): boolean {
  const [one, other] = [inner.toLowerCase(), outer.toLowerCase()];
  return one === other || one.startsWith(`${other}/`);
}
