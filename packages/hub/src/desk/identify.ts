/** Whose key it is. The owner's lies in a file of the state root; those of all others are made here. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Principal } from '@perdure/contract';
import type { FoundKey, KeyStore, SessionStore } from '../core/ports.ts';
import { lifeOf } from '../core/sessions.ts';

/** Somebody who is known by a key. */
export interface Caller {
  readonly principal: Principal;
  /** Of the key, or of the session. Absent for the key of the owner's file, which nobody can revoke. */
  readonly keyId?: string;
  /** When a session ends by itself, in milliseconds since the epoch. */
  readonly until?: number;
}

export type Identify = (key: string) => Promise<Caller | undefined>;

export interface IdentifyDeps {
  readonly keys: Pick<KeyStore, 'candidates' | 'used'>;
  readonly sessions: Pick<SessionStore, 'candidates' | 'used'>;
  readonly owner: Principal;
  readonly ownerKey: string;
  readonly clock: () => number;
  /** Told when a use of a key could not be written down, which keeps nobody out. */
  readonly warn: (sentence: string) => void;
}

/** How exactly it is known when a key was used: each use would cost a write otherwise. */
const usedEveryMs = 60_000;

export const hashOfKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Begins what opens a session, and no key: none has a blank in it. */
const sessionPrefix = 'session ';

/** What the two halves of a session are together, as it is looked up. */
export const sessionKeyOf = (cookie: string, pageKey: string): string => `${sessionPrefix}${cookie}.${pageKey}`;

export function createIdentify({ keys, sessions, owner, ownerKey, clock, warn }: IdentifyDeps): Identify {
  const ownerHash = hashOfKey(ownerKey);
  const noted = new Map<string, number>();
  const noteUse = (of: Pick<KeyStore, 'used'>, keyId: string, lastUsedAt = 0): void => {
    const now = clock();
    if (now - Math.max(lastUsedAt, noted.get(keyId) ?? 0) < usedEveryMs) return;
    // Before it is written: where that fails, it is not tried and told at each request.
    noted.set(keyId, now);
    of.used(keyId, now).catch(() => warn('The last use of a key could not be written down.'));
  };
  const bySession = async (hash: string): Promise<Caller | undefined> => {
    const found = (await sessions.candidates(hash)).find((candidate) => isSameHash(candidate.hash, hash));
    if (found === undefined || lifeOf(found.session, clock()) !== 'open') return undefined;
    const { id, lastUsedAt, expiresAt } = found.session;
    noteUse(sessions, id, lastUsedAt);
    return { principal: found.principal, keyId: id, until: expiresAt };
  };
  return async (key) => {
    const hash = hashOfKey(key);
    if (key.startsWith(sessionPrefix)) return await bySession(hash);
    if (isSameHash(hash, ownerHash)) return { principal: owner };
    const found = await openKey(keys, hash);
    if (found === undefined) return undefined;
    noteUse(keys, found.key.id, found.key.lastUsedAt);
    return { principal: found.principal, keyId: found.key.id };
  };
}

/** Whose key it is, where it was not taken back. It counts for no use of it. */
export async function ownerOfKey(keys: Pick<KeyStore, 'candidates'>, key: string): Promise<Principal | undefined> {
  return (await openKey(keys, hashOfKey(key)))?.principal;
}

async function openKey(keys: Pick<KeyStore, 'candidates'>, hash: string): Promise<FoundKey | undefined> {
  const found = (await keys.candidates(hash)).find((candidate) => isSameHash(candidate.hash, hash));
  return found?.key.revokedAt === undefined ? found : undefined;
}

/** Hashes of equal length: the time taken tells nothing of the key. */
export function isSameHash(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
