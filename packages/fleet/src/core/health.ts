/**
 * How members are, from what was seen of their gateways. Pure: looks go in, and what is to be told comes out.
 *
 * A change is told once, when two looks after another agree, so that a gateway that is busy for a moment is no news;
 * that its process is gone is told at once. One that begins or drains is in between: that is no change, unless it
 * lasts.
 */

import type { MemberStatus } from '@perdure/contract';
import type { GatewayRecord } from './gateway.ts';
import type { Readiness, ServiceState } from './ports.ts';

export const memberHealths = ['well', 'deaf', 'apart', 'unready', 'gone', 'stranger', 'down'] as const;
/**
 * `deaf`: it works, and the hub does not see it. `apart`: so too, and it is one that was adopted and has no channel
 * here. `unready`: its process is there and is not ready. `gone`: there is no
 * process, though there should be. `stranger`: another program has its port. `down`: it is to be down, and is.
 */
export type MemberHealth = (typeof memberHealths)[number];
/** `between`: it begins, or drains. `unknown`: nobody listens, and its service could not be asked. */
type Seen = MemberHealth | 'between' | 'unknown';

/** One gateway, seen once. */
export interface Look {
  readonly readiness: Readiness;
  /** Undefined: the service manager did not answer in time. */
  readonly service: ServiceState | undefined;
  /** Whether the hub has its socket. */
  readonly isConnected: boolean;
}

/** A gateway needs 43 s to begin on a busy machine, and may drain for 330 s. */
const longestBetweenMs = 360_000;
/** Looks that have to agree. */
const agreeing = 2;

/**
 * It is known, and no process of it runs: whoever answers on its port is somebody else. Of one that was taken in its
 * owner may have started another process, and of one that is not known nothing is said.
 */
export const isDown = ({ kind }: ServiceState, service: GatewayRecord['service'] | undefined): boolean =>
  service !== 'its_own' && (kind === 'stopped' || kind === 'failed');

export function seenOf(
  { wanted, service: kind, keyId }: Pick<GatewayRecord, 'wanted'> & Partial<Pick<GatewayRecord, 'service' | 'keyId'>>,
  { readiness, service, isConnected }: Look,
): Seen {
  // A gateway of another account, for one.
  const isOthers = readiness !== 'away' && !isConnected && service !== undefined && isDown(service, kind);
  if (isOthers) return wanted === 'down' ? 'down' : 'stranger';
  if (readiness === 'ready') {
    if (isConnected) return 'well';
    return kind === 'its_own' && keyId === undefined ? 'apart' : 'deaf';
  }
  if (readiness === 'starting' || readiness === 'draining') return 'between';
  if (readiness === 'not_ready') return 'unready';
  if (readiness === 'away' && wanted === 'down') return 'down';
  if (readiness === 'stranger') return wanted === 'down' ? 'down' : 'stranger';
  if (service === undefined) return 'unknown';
  // It listens only when it has read its settings and its secrets.
  return service.kind === 'running' ? 'between' : 'gone';
}

/** What is remembered of a member from look to look. */
export interface MemberMemory {
  /** What was last told of it, or taken for granted. */
  readonly told: MemberHealth | undefined;
  readonly seen: Seen;
  /** Since when it was seen so, in milliseconds since the epoch. */
  readonly since: number;
  /** Looks in a row. */
  readonly looks: number;
}

export interface HealthChange {
  readonly from: MemberHealth | undefined;
  readonly to: MemberHealth;
  /** When it was first seen so: with that a change has one name, however often it is told. */
  readonly since: number;
}

/** `memory` undefined: it is seen for the first time; that it is well then is no news. */
export function remember(
  memory: MemberMemory | undefined,
  seen: Seen,
  now: number,
): { readonly memory: MemberMemory; readonly change?: HealthChange } {
  const isSame = memory?.seen === seen;
  // A clock that was set back makes nothing younger than it is.
  const since = isSame ? Math.min(memory.since, now) : now;
  const looks = isSame ? memory.looks + 1 : 1;
  const told = memory?.told;
  const health = healthIn(seen, now - since);
  if (health === undefined || health === told || (looks < agreeing && health !== 'gone')) {
    return { memory: { told, seen, since, looks } };
  }
  const next = { told: health, seen, since, looks };
  const isNews = told !== undefined || (health !== 'well' && health !== 'down');
  return isNews ? { memory: next, change: { from: told, to: health, since } } : { memory: next };
}

function healthIn(seen: Seen, forMs: number): MemberHealth | undefined {
  if (seen !== 'between' && seen !== 'unknown') return seen;
  if (forMs <= longestBetweenMs) return undefined;
  // Whoever is asked of its process does not answer, and neither does it.
  return seen === 'unknown' ? 'gone' : 'unready';
}

/** What the hub shows of a member. */
export const statusOf = {
  well: 'online',
  deaf: 'error',
  apart: 'offline',
  unready: 'error',
  gone: 'error',
  stranger: 'error',
  down: 'stopped',
} as const satisfies Readonly<Record<MemberHealth, MemberStatus>>;
