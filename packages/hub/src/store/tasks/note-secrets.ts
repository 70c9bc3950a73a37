/**
 * Secrets of the notes of a task, in a vault of that task: who made it is its owner, who has to do it a member. So
 * they are given by a lease and written down (V1, V2), and with the vault goes its key. All of it runs inside of
 * transactions that the caller holds; what may be refused is refused before anything is written.
 */

import type { Principal } from '@perdure/contract';
import type { TaskRecord } from '../../core/tasks/records.ts';
import { itemName, joinNotes, partNotes, vaultNameOf } from '../../core/tasks/part-notes.ts';
import type { Refusal } from '../../core/refusal.ts';
import { leaseStatus } from '../../core/vault/decide-lease.ts';
import type { ItemRecord, PlainField } from '../../core/vault/records.ts';
import { requestLease, useLease } from '../vault/leases.ts';
import { takeOut } from '../vault/members.ts';
import type { VaultTools } from '../vault/tools.ts';
import { removeVault } from '../vault/vaults.ts';

/** How long a lease is used again before another one is asked for. */
const leaseMs = 900_000;

export interface KeepRequest {
  /** Its notes are as they came. */
  readonly task: TaskRecord;
  /** Of a vault that is made for it, where it has none. */
  readonly vaultId: string;
  readonly itemId: string;
  readonly now: number;
}

export type KeepOutcome = { readonly kind: 'kept'; readonly task: TaskRecord } | Refusal;

export class NoteSecrets {
  readonly #vault;

  constructor(vault: VaultTools) {
    this.#vault = vault;
  }

  /** The task with references in its notes, what they refer to being kept. */
  keep(by: Principal, request: KeepRequest): KeepOutcome {
    const { task } = request;
    const item = this.#itemOf(task);
    const known = item === undefined ? [] : item.fields.map(({ key }) => key);
    const parted = partNotes(task.notes, { taskId: task.id, known });
    if (parted.kind === 'refused') return parted;
    const { notes, fields, kept } = parted;
    const after = { ...task, notes };
    if (item === undefined) {
      return fields.length === 0
        ? { kind: 'kept', task: after }
        : this.#makeVault(by, { ...request, task: after, fields });
    }
    if (fields.length === 0 && kept.length === 0) return { kind: 'kept', task: this.drop(by, after, request.now) };
    if (fields.length === 0 && kept.length === known.length) return { kind: 'kept', task: after };
    return this.#rotate(by, { task: after, item, fields, kept, now: request.now });
  }

  /**
   * The notes with what they refer to, written down as given. Undefined: there is nothing, or it is not theirs to be
   * given, or it cannot be opened now.
   */
  give(
    by: Principal,
    task: TaskRecord,
    { leaseId, now }: { readonly leaseId: string; readonly now: number },
  ): string | undefined {
    const { itemId } = task;
    if (itemId === undefined) return undefined;
    const reason = `notes of task ${task.id}`;
    const last = this.#vault.leases.newest(by.id, itemId);
    const isGood = last !== undefined && last.reason === reason && leaseStatus(last, now) === 'active';
    if (!isGood) {
      const asked = requestLease(this.#vault, by, { id: leaseId, itemId, reason, ttlMs: leaseMs, now });
      if (asked.kind === 'refused') return undefined;
    }
    const used = useLease(this.#vault, by, { leaseId: isGood ? last.id : leaseId, now });
    if (used.kind === 'refused') return undefined;
    return joinNotes(task.notes, { taskId: task.id, fields: used.fields });
  }

  /** From who had it to do to who has it now. A role that somebody has beside that stays. */
  hand(by: Principal, { before, after, now }: { before: TaskRecord; after: TaskRecord; now: number }): void {
    const { vaultId } = after;
    const item = this.#itemOf(after);
    if (vaultId === undefined || item === undefined || before.assigneeId === after.assigneeId) return;
    const { vaults } = this.#vault;
    const former = before.assigneeId;
    if (former !== undefined && vaults.member(vaultId, former)?.role === 'member') {
      takeOut(this.#vault, by, { vaultId, principalId: former, now });
    }
    this.#join(by, after, now);
  }

  /** The task without them: they are in no place any more. */
  drop(by: Principal, task: TaskRecord, now: number): TaskRecord {
    const { itemId: _item, ...bare } = task;
    const { vaultId } = task;
    const isThere = vaultId !== undefined && this.#vault.vaults.standing(vaultId, by.id) !== undefined;
    if (isThere) removeVault(this.#vault, by, { vaultId, now });
    return bare;
  }

  /** Undefined also where somebody has taken it out of the vault, or the vault away. */
  #itemOf({ vaultId, itemId }: TaskRecord): ItemRecord | undefined {
    const item = itemId === undefined ? undefined : this.#vault.items.get(itemId);
    return item?.vaultId === vaultId ? item : undefined;
  }

  #makeVault(
    by: Principal,
    { task, vaultId, itemId, fields, now }: KeepRequest & { readonly fields: readonly PlainField[] },
  ): KeepOutcome {
    const { vaults, items, keys } = this.#vault;
    const made = keys.make(vaultId);
    if (made.kind === 'refused') return made;
    const { id, createdBy, title } = task;
    const description = `Secrets in the notes of the task “${title}”; it goes when the task is done or cancelled.`;
    vaults.insert({ id: vaultId, name: vaultNameOf(id), description, createdBy, createdAt: now }, made.kept);
    vaults.join(vaultId, createdBy, { role: 'owner', now });
    vaults.audit({ vaultId, at: now, action: 'vault.created', actorId: by.id });
    const sealed = keys.seal({ vaultId, itemId, version: 1 }, fields);
    // The key of it was made above, so this is a mistake of ours: all of it is rolled back.
    if (sealed.kind === 'refused') throw new Error(sealed.message);
    const item = {
      id: itemId,
      vaultId,
      name: itemName,
      type: 'note',
      needsApproval: false,
      fields,
      isDrop: false,
      now,
    };
    items.insert(item, by.id);
    items.setFields(itemId, sealed.fields);
    vaults.audit({ vaultId, at: now, action: 'item.created', actorId: by.id, itemId, version: 1 });
    const kept = { ...task, vaultId, itemId };
    this.#join(by, kept, now);
    return { kind: 'kept', task: kept };
  }

  #join(by: Principal, { vaultId, assigneeId }: TaskRecord, now: number): void {
    const { vaults } = this.#vault;
    if (vaultId === undefined || assigneeId === undefined || vaults.member(vaultId, assigneeId) !== undefined) return;
    vaults.join(vaultId, assigneeId, { role: 'member', now });
    vaults.audit({ vaultId, at: now, action: 'member.added', actorId: by.id, principalId: assigneeId, role: 'member' });
  }

  /** Fields are sealed together: those that stay are opened for it, and given to nobody. */
  #rotate(
    by: Principal,
    change: {
      readonly task: TaskRecord;
      readonly item: ItemRecord;
      readonly fields: readonly PlainField[];
      readonly kept: readonly string[];
      readonly now: number;
    },
  ): KeepOutcome {
    const { task, item, fields, kept, now } = change;
    const { vaults, items, keys } = this.#vault;
    const { id: itemId, vaultId } = item;
    const newest = items.newestVersion(itemId);
    const opened = keys.open(item, newest);
    if (opened.kind === 'refused') return opened;
    const stay = kept.map((key): PlainField => ({ key, type: 'secret', value: opened.fields[key] ?? '' }));
    const version = Math.max(item.version, newest) + 1;
    const sealed = keys.seal({ vaultId, itemId, version }, [...stay, ...fields]);
    if (sealed.kind === 'refused') return sealed;
    items.setVersion(itemId, version, now);
    items.setFields(itemId, sealed.fields);
    vaults.audit({ vaultId, at: now, action: 'item.rotated', actorId: by.id, itemId, version });
    return { kind: 'kept', task };
  }
}
