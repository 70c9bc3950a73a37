/** The prepared statements of families and of their health. What writes runs in a transaction that the caller holds. */

import { compact } from '@perdure/contract';
import type { Connection, FamiliesTable, FamilyHealthTable } from '@perdure/db';
import type { FamilyRecord, FamilyStanding, HealthRecord, OwnFamily } from '../../core/family/records.ts';
import { present } from '../rows.ts';
import { toFamily, toHealth } from './rows.ts';

/** A family, and whether `:viewer` is in it. */
const seen = `
  SELECT families.*, own.principal_id AS own_id FROM families
  LEFT JOIN family_members AS own ON own.family_id = families.id AND own.principal_id = :viewer`;

type SeenRow = FamiliesTable & { readonly own_id: string | null };
type OwnRow = Pick<FamiliesTable, 'id' | 'name' | 'lead_id'> & { readonly status: OwnFamily['status'] | null };

export class FamilyRows {
  readonly #seen;
  readonly #byName;
  readonly #listOwn;
  readonly #listAll;
  readonly #of;
  readonly #carers;
  readonly #concerned;
  readonly #insert;
  readonly #update;
  readonly #insertHealth;
  readonly #forgetHealth;
  readonly #health;

  constructor({ sqlite }: Connection) {
    this.#seen = sqlite.prepare(`${seen} WHERE families.id = :id`);
    this.#byName = sqlite.prepare('SELECT id FROM families WHERE name = ?');
    const behind = `(:cursor = '' OR families.id < :cursor) ORDER BY families.id DESC LIMIT :limit`;
    this.#listAll = sqlite.prepare(`${seen} WHERE ${behind}`);
    this.#listOwn = sqlite.prepare(
      `${seen} WHERE (own.principal_id IS NOT NULL OR families.lead_id = :viewer) AND ${behind}`,
    );
    this.#of = sqlite.prepare(
      `SELECT id, name, lead_id, status FROM families
       LEFT JOIN family_members ON family_id = id AND principal_id = :id
       WHERE lead_id = :id OR principal_id = :id ORDER BY name`,
    );
    const carers = `SELECT lead_id AS who FROM families WHERE id = :id AND lead_id IS NOT NULL
       UNION SELECT created_by FROM families WHERE id = :id`;
    this.#carers = sqlite.prepare(carers);
    this.#concerned = sqlite.prepare(`${carers} UNION SELECT principal_id FROM family_members WHERE family_id = :id`);
    this.#insert = sqlite.prepare(
      `INSERT INTO families (id, name, lead_id, host, resources, conventions, created_by, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = sqlite.prepare(
      'UPDATE families SET name = ?, lead_id = ?, host = ?, resources = ?, conventions = ?, updated_at = ? WHERE id = ?',
    );
    this.#insertHealth = sqlite.prepare(
      `INSERT INTO family_health (family_id, seq, taken_at, received_at, reported_by, host, members)
       SELECT :familyId, coalesce(max(seq), 0) + 1, :takenAt, :receivedAt, :reportedBy, :host, :members
       FROM family_health WHERE family_id = :familyId RETURNING seq`,
    );
    this.#forgetHealth = sqlite.prepare('DELETE FROM family_health WHERE family_id = ? AND seq <= ?');
    this.#health = sqlite.prepare(
      'SELECT * FROM family_health WHERE family_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
    );
  }

  standing(familyId: string, viewer: string): FamilyStanding | undefined {
    const row = this.#seen.get({ id: familyId, viewer });
    return row && toStanding(row as unknown as SeenRow);
  }

  list(
    viewer: string,
    { isAll, ...page }: { readonly isAll: boolean; readonly cursor: string; readonly limit: number },
  ): readonly FamilyStanding[] {
    const rows = (isAll ? this.#listAll : this.#listOwn).all({ viewer, ...page });
    return rows.map((row) => toStanding(row as unknown as SeenRow));
  }

  /** The family of this name. */
  named(name: string): string | undefined {
    const row = this.#byName.get(name);
    return row && String(row['id']);
  }

  of(id: string): readonly OwnFamily[] {
    return (this.#of.all({ id }) as unknown as readonly OwnRow[]).map((row) => ({
      id: row.id,
      name: row.name,
      isLead: row.lead_id === id,
      ...compact({ status: present(row.status) }),
    }));
  }

  carers(id: string): readonly string[] {
    return this.#carers.all({ id }).map((row) => String(row['who']));
  }

  concerned(id: string): readonly string[] {
    return this.#concerned.all({ id }).map((row) => String(row['who']));
  }

  insert(family: FamilyRecord): void {
    const { id, name, leadId = null, conventions, createdBy, createdAt, updatedAt } = family;
    const { host, resources } = asText(family);
    this.#insert.run(id, name, leadId, host, resources, conventions, createdBy, createdAt, updatedAt);
  }

  update(family: FamilyRecord): void {
    const { id, name, leadId = null, conventions, updatedAt } = family;
    const { host, resources } = asText(family);
    this.#update.run(name, leadId, host, resources, conventions, updatedAt, id);
  }

  /** The newest `keep` stay. */
  insertHealth({ host, members, ...health }: Omit<HealthRecord, 'seq'>, keep: number): number {
    const kept = { ...health, host: host ?? null };
    const seq = Number(this.#insertHealth.get({ ...kept, members: JSON.stringify(members) })?.['seq']);
    this.#forgetHealth.run(health.familyId, seq - keep);
    return seq;
  }

  healthBefore(familyId: string, seq: number, limit: number): readonly HealthRecord[] {
    return this.#health.all(familyId, seq, limit).map((row) => toHealth(row as unknown as FamilyHealthTable));
  }
}

const toStanding = (row: SeenRow): FamilyStanding => ({ family: toFamily(row), isMember: row.own_id !== null });

const asText = ({ host, resources }: FamilyRecord) => ({
  host: host === undefined ? null : JSON.stringify(host),
  resources: JSON.stringify(resources),
});
