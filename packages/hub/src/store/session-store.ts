/** Sessions in SQLite: hashes of what opens them, first of the link and then of the session. */

import { compact } from '@perdure/contract';
import { type Connection, createRead, type GroupCommit, type SessionsTable } from '@perdure/db';
import { noted, unchanged } from '../core/audit.ts';
import type { FoundSession, SessionStore } from '../core/ports.ts';
import { decideEnd, decideOffer, decideOpen, keptMs, type SessionRecord } from '../core/sessions.ts';
import type { Manage } from './audit-store.ts';
import { lookupOf } from './lookup.ts';
import { readPage } from './page.ts';
import { PrincipalRows } from './principal-store.ts';
import { present } from './rows.ts';

class SessionRows {
  readonly #statements;

  constructor({ sqlite }: Connection) {
    this.#statements = {
      get: sqlite.prepare('SELECT * FROM sessions WHERE id = ?'),
      byLookup: sqlite.prepare('SELECT * FROM sessions WHERE lookup = ?'),
      living: sqlite.prepare(
        `SELECT * FROM sessions WHERE id < :before AND ended_at IS NULL AND expires_at > :now
         AND (:id IS NULL OR principal_id = :id) ORDER BY id DESC LIMIT :limit`,
      ),
      insert: sqlite.prepare(
        `INSERT INTO sessions (id, principal_id, created_by, created_at, lookup, hash, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ),
      open: sqlite.prepare('UPDATE sessions SET opened_at = ?, lookup = ?, hash = ?, expires_at = ? WHERE id = ?'),
      end: sqlite.prepare('UPDATE sessions SET ended_at = ?, ended_by = ? WHERE id = ?'),
      used: sqlite.prepare('UPDATE sessions SET last_used_at = ? WHERE id = ?'),
      tidy: sqlite.prepare('DELETE FROM sessions WHERE expires_at < ?'),
    };
  }

  get(id: string): SessionRecord | undefined {
    const row = this.#statements.get.get(id);
    return row && toSession(row as unknown as SessionsTable);
  }

  withHash(hash: string): readonly SessionsTable[] {
    return this.#statements.byLookup.all(lookupOf(hash)) as unknown as SessionsTable[];
  }

  living(before: string, now: number, of: { readonly id: string | undefined; readonly limit: number }) {
    const rows = this.#statements.living.all({ before, now, id: of.id ?? null, limit: of.limit });
    return rows.map((row) => toSession(row as unknown as SessionsTable));
  }

  get statements() {
    return this.#statements;
  }
}

function toSession(row: SessionsTable): SessionRecord {
  return {
    id: row.id,
    principalId: row.principal_id,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...compact({
      openedAt: present(row.opened_at),
      lastUsedAt: present(row.last_used_at),
      endedAt: present(row.ended_at),
    }),
  };
}

/** Behind every id. */
const end = '\uffff';

export function createSessionStore(
  database: Connection,
  { group, manage }: { readonly group: GroupCommit; readonly manage: Manage },
): SessionStore {
  const rows = new SessionRows(database);
  const principals = new PrincipalRows(database);
  const read = createRead(database);
  const { statements } = rows;
  /** Written just now. */
  const written = (id: string): SessionRecord => rows.get(id) as SessionRecord;
  return {
    offer: (by, { id, principalId, hash, now, expiresAt }) =>
      manage({ id: by.id, now }, () => {
        const decision = decideOffer(by, principalId, { principal: principals.get(principalId) });
        if (decision.kind === 'refused') return decision;
        statements.tidy.run(now - keptMs);
        statements.insert.run(id, principalId, by.id, now, lookupOf(hash), hash, expiresAt);
        return noted({ kind: 'offered', session: written(id) } as const, note('session.offered', principalId, id));
      }),
    open: async (sessionId, { hash, now, expiresAt }) => {
      const principalId = (await read(() => rows.get(sessionId)))?.principalId ?? '';
      return await manage({ id: principalId, now }, () => {
        const decision = decideOpen(rows.get(sessionId), now);
        if (decision.kind === 'refused') return decision;
        statements.open.run(now, lookupOf(hash), hash, expiresAt, sessionId);
        return noted(
          { kind: 'opened', session: written(sessionId) } as const,
          note('session.opened', principalId, sessionId),
        );
      });
    },
    end: (by, { sessionId, now }) =>
      manage({ id: by.id, now }, () => {
        const decision = decideEnd(by, sessionId, { session: rows.get(sessionId), now });
        if (decision.kind === 'refused') return decision;
        if (decision.kind === 'same') return unchanged({ kind: 'ended', session: decision.session } as const);
        statements.end.run(now, by.id, sessionId);
        const outcome = { kind: 'ended', session: written(sessionId) } as const;
        return noted(outcome, note('session.ended', decision.session.principalId, sessionId));
      }),
    list: ({ principalId, now, ...page }) =>
      read(() =>
        readPage(
          page,
          (cursor, limit) => rows.living(cursor === '' ? end : cursor, now, { id: principalId, limit }),
          ({ id }) => id,
        ),
      ),
    candidates: (hash) =>
      read(() =>
        rows.withHash(hash).flatMap((row): FoundSession[] => {
          const principal = principals.get(row.principal_id);
          return principal === undefined ? [] : [{ session: toSession(row), principal, hash: row.hash }];
        }),
      ),
    used: async (sessionId, now) => {
      await group.run(() => statements.used.run(now, sessionId));
    },
  };
}

function note(action: 'session.offered' | 'session.opened' | 'session.ended', principalId: string, session: string) {
  return { action, principalId, detail: { session } } as const;
}
