/** Principals in SQLite. */

import type { Principal } from '@perdure/contract';
import { type Connection, createRead, type PrincipalsTable } from '@perdure/db';
import { noted, unchanged } from '../core/audit.ts';
import { decideCreatePrincipal, decideOnPrincipal } from '../core/decide-principal.ts';
import type { NewPrincipal, PrincipalStore } from '../core/ports.ts';
import type { Manage } from './audit-store.ts';
import { readPage } from './page.ts';
import { toPrincipal } from './rows.ts';

export class PrincipalRows {
  readonly #byId;
  readonly #byHandle;
  readonly #owner;
  readonly #list;
  readonly #insert;
  readonly #rename;
  readonly #insertWorkspace;

  constructor({ sqlite }: Connection) {
    this.#byId = sqlite.prepare('SELECT * FROM principals WHERE id = ?');
    this.#byHandle = sqlite.prepare('SELECT * FROM principals WHERE handle = ?');
    this.#owner = sqlite.prepare('SELECT * FROM principals WHERE is_owner = 1');
    this.#list = sqlite.prepare('SELECT * FROM principals WHERE handle > ? ORDER BY handle LIMIT ?');
    this.#insert = sqlite.prepare(
      `INSERT INTO principals (id, workspace_id, kind, handle, display_name, is_owner, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#rename = sqlite.prepare('UPDATE principals SET display_name = ? WHERE id = ?');
    this.#insertWorkspace = sqlite.prepare('INSERT INTO workspaces (id, created_at) VALUES (?, ?)');
  }

  get(principalId: string): Principal | undefined {
    return asPrincipal(this.#byId.get(principalId));
  }

  byHandle(handle: string | undefined): Principal | undefined {
    return handle === undefined ? undefined : asPrincipal(this.#byHandle.get(handle));
  }

  owner(): Principal | undefined {
    return asPrincipal(this.#owner.get());
  }

  after(handle: string, limit: number): readonly Principal[] {
    return this.#list.all(handle, limit).map((row) => toPrincipal(row as unknown as PrincipalsTable));
  }

  insert({ id, kind, handle, displayName, now }: NewPrincipal, of: { workspaceId: string; isOwner: boolean }): void {
    this.#insert.run(id, of.workspaceId, kind, handle, displayName, of.isOwner ? 1 : 0, now);
  }

  rename(principalId: string, displayName: string): void {
    this.#rename.run(displayName, principalId);
  }

  insertWorkspace(id: string, now: number): void {
    this.#insertWorkspace.run(id, now);
  }
}

const asPrincipal = (row: unknown): Principal | undefined =>
  row === undefined ? undefined : toPrincipal(row as PrincipalsTable);

export function createPrincipalStore(database: Connection, manage: Manage): PrincipalStore {
  const rows = new PrincipalRows(database);
  const read = createRead(database);
  /** Written above. */
  const written = (id: string): Principal => rows.get(id) as Principal;
  return {
    ensureOwner: async ({ id, workspaceId, now }) => {
      // Nobody refuses it: the first start has nobody to ask.
      const made = await manage({ id, now }, () => {
        const found = rows.owner();
        if (found !== undefined) return unchanged(found);
        rows.insertWorkspace(workspaceId, now);
        const owner = { id, kind: 'human', handle: 'owner', displayName: 'Owner', now } as const;
        rows.insert(owner, { workspaceId, isOwner: true });
        return noted(written(id), { action: 'principal.created', principalId: id, detail: { handle: owner.handle } });
      });
      return made as Principal;
    },
    create: (by, made) =>
      manage({ id: by.id, now: made.now }, () => {
        const decision = decideCreatePrincipal(by, made, { isTaken: rows.byHandle(made.handle) !== undefined });
        if (decision.kind === 'refused') return decision;
        rows.insert(made, { workspaceId: by.workspaceId, isOwner: false });
        const { id: principalId, handle } = made;
        const outcome = { kind: 'principal', principal: written(principalId) } as const;
        return noted(outcome, { action: 'principal.created', principalId, detail: { handle } });
      }),
    rename: (by, { principalId, displayName, now }) =>
      manage({ id: by.id, now }, () => {
        const principal = rows.get(principalId);
        const decision = decideOnPrincipal(by, 'principals.manage', { principalId, principal });
        if (decision.kind === 'refused') return decision;
        const before = decision.principal;
        if (before.displayName === displayName) return unchanged({ kind: 'principal', principal: before } as const);
        rows.rename(principalId, displayName);
        const outcome = { kind: 'principal', principal: written(principalId) } as const;
        const detail = { from: before.displayName, to: displayName };
        return noted(outcome, { action: 'principal.renamed', principalId, detail });
      }),
    get: (principalId) => read(() => rows.get(principalId)),
    byHandle: (handle) => read(() => rows.byHandle(handle)),
    list: (page) =>
      read(() =>
        readPage(
          page,
          (after, limit) => rows.after(after, limit),
          ({ handle }) => handle,
        ),
      ),
  };
}
