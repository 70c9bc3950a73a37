/** How the members of a family are, in SQLite: the newest snapshots, each as a whole. */

import { compact, type HealthMember } from '@perdure/contract';
import type { GroupCommit } from '@perdure/db';
import { decideOnFamily } from '../../core/family/decide-family.ts';
import type { FamilyStore, NewHealth, Probed } from '../../core/family/ports.ts';
import { readPage } from '../page.ts';
import type { FamilyTools } from './tools.ts';

/** Snapshots of a family that are kept: at one a minute more than an hour and a half. */
const kept = 100;

type HealthPart = 'reportHealth' | 'health';

/** It manages nothing, so no row is written of it: each minute's would bury the others. */
export function healthOf(
  { families, members, principals, read }: FamilyTools,
  group: GroupCommit,
): Pick<FamilyStore, HealthPart> {
  const memberOf = (
    familyId: string,
    { principalId, handle, ...seen }: Probed,
    isConnected: NewHealth['isConnected'],
  ) => {
    const principal = principalId === undefined ? principals.byHandle(handle) : principals.get(principalId);
    if (principal === undefined || members.membership(principal.id)?.familyId !== familyId) return [];
    const socket = isConnected(principal.id) ? 'connected' : 'away';
    return [{ principalId: principal.id, handle: principal.handle, socket, ...seen } satisfies HealthMember];
  };
  return {
    reportHealth: (by, { familyId, takenAt, host, members: probed, isConnected, now }) =>
      group.run(() => {
        const standing = families.standing(familyId, by.id);
        const decision = decideOnFamily(by, 'family.reportHealth', { standing, familyId });
        if (decision.kind === 'refused') return decision;
        const seen = probed.flatMap((one) => memberOf(familyId, one, isConnected));
        const health = { familyId, takenAt, receivedAt: now, reportedBy: by.id, members: seen, ...compact({ host }) };
        const seq = families.insertHealth(health, kept);
        return { kind: 'health', health: { ...health, seq } } as const;
      }),
    health: (familyId, page) =>
      read(() =>
        readPage(
          page,
          (cursor, limit) => families.healthBefore(familyId, Number(cursor) || Number.MAX_SAFE_INTEGER, limit),
          ({ seq }) => String(seq),
        ),
      ),
  };
}
