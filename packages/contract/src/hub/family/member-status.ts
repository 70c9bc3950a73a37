/** What somebody may be in a family, and what may become of that. Without a schema: the command line names them. */

export const memberStatuses = [
  'pending',
  'provisioning',
  'online',
  'offline',
  'error',
  'stopped',
  'deprovisioned',
] as const;
export type MemberStatus = (typeof memberStatuses)[number];

/**
 * Who cares for a family has seen how a member is, so any may follow any. What is deprovisioned is gone:
 * only a restore of its gateway leads out of that, to `provisioning`.
 */
export const memberMoves = {
  pending: memberStatuses,
  provisioning: memberStatuses,
  online: memberStatuses,
  offline: memberStatuses,
  error: memberStatuses,
  stopped: memberStatuses,
  deprovisioned: [],
} as const satisfies Readonly<Record<MemberStatus, readonly MemberStatus[]>>;
