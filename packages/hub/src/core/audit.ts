/**
 * What was managed, written down (H3). A store does such a write through `Manage`, which takes no outcome without its
 * notes.
 */

import type { AuditAction } from '@perdure/contract';
import type { Page, PageRequest } from './page.ts';

/** What is written down of one thing that was done. */
export interface Note {
  readonly action: AuditAction;
  readonly principalId?: string;
  readonly keyId?: string;
  readonly channelId?: string;
  readonly familyId?: string;
  readonly detail?: Readonly<Record<string, string>>;
}

/** Times are milliseconds since the epoch. */
export type AuditRecord = Note & { readonly seq: number; readonly at: number; readonly actorId: string };

/** What a managing write came to, unless it was refused. */
export interface Managed<T> {
  readonly kind: 'managed';
  readonly outcome: T;
  readonly notes: readonly Note[];
}

export const noted = <const T>(outcome: T, ...notes: readonly [Note, ...Note[]]): Managed<T> => ({
  kind: 'managed',
  outcome,
  notes,
});

/** All was as it should be before. */
export const unchanged = <const T>(outcome: T): Managed<T> => ({ kind: 'managed', outcome, notes: [] });

export interface AuditStore {
  /** Newest first; `principalId`: what they did, or what was done to them. */
  list(page: PageRequest & { readonly principalId?: string | undefined }): Promise<Page<AuditRecord>>;
}
