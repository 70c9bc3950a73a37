/** What was managed, in SQLite; and the one way in which anything is managed (H3). */

import { compact } from '@perdure/contract';
import { type Connection, createRead, type GroupCommit, type HubAuditTable } from '@perdure/db';
import type { AuditRecord, AuditStore, Managed, Note } from '../core/audit.ts';
import type { Refusal } from '../core/refusal.ts';
import { readPage } from './page.ts';
import { present } from './rows.ts';

/** Who does it, and when. */
export interface ManagedBy {
  readonly id: string;
  readonly now: number;
}

/** Runs `work` in one transaction with the rows that tell of it. */
export type Manage = <Done extends Managed<unknown>>(
  by: ManagedBy,
  work: () => Done | Refusal,
) => Promise<Done['outcome'] | Refusal>;

export function createManage({ sqlite }: Connection, group: GroupCommit): Manage {
  const insert = sqlite.prepare(
    `INSERT INTO hub_audit (seq, at, action, actor_id, principal_id, key_id, channel_id, family_id, detail)
     SELECT coalesce(max(seq), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ? FROM hub_audit`,
  );
  const write = ({ id, now }: ManagedBy, { action, principalId, keyId, channelId, familyId, detail }: Note): void => {
    const told = detail === undefined ? null : JSON.stringify(detail);
    const about = [principalId, keyId, channelId, familyId].map((one) => one ?? null);
    insert.run(now, action, id, ...about, told);
  };
  return (by, work) =>
    group.run(() => {
      const done = work();
      if (done.kind === 'refused') return done;
      for (const note of done.notes) write(by, note);
      return done.outcome;
    });
}

export function createAuditStore(database: Connection): AuditStore {
  const read = createRead(database);
  const { sqlite } = database;
  const before = sqlite.prepare('SELECT * FROM hub_audit WHERE seq < ? ORDER BY seq DESC LIMIT ?');
  const about = sqlite.prepare(
    'SELECT * FROM hub_audit WHERE seq < :seq AND (actor_id = :id OR principal_id = :id) ORDER BY seq DESC LIMIT :limit',
  );
  const rowsBefore = (seq: number, limit: number, id: string | undefined) =>
    id === undefined ? before.all(seq, limit) : about.all({ seq, id, limit });
  return {
    list: ({ principalId, ...page }) =>
      read(() =>
        readPage(
          page,
          (cursor, limit) =>
            rowsBefore(Number(cursor) || Number.MAX_SAFE_INTEGER, limit, principalId).map((row) =>
              toAudit(row as unknown as HubAuditTable),
            ),
          ({ seq }) => String(seq),
        ),
      ),
  };
}

function toAudit(row: HubAuditTable): AuditRecord {
  const detail = row.detail === null ? undefined : (JSON.parse(row.detail) as Record<string, string>);
  return {
    seq: row.seq,
    at: row.at,
    action: row.action,
    actorId: row.actor_id,
    ...compact({
      principalId: present(row.principal_id),
      keyId: present(row.key_id),
      channelId: present(row.channel_id),
      familyId: present(row.family_id),
      detail,
    }),
  };
}
