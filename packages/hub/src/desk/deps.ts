/**
 * What the desk needs of the world. Each use case is told who acts, answers a union by `kind`, and tells whoever is
 * connected what has happened once it is committed.
 */

import type { Message } from '@perdure/contract';
import type { Links } from '../core/drive/ports.ts';
import type { Publish } from '../core/events.ts';
import type { HubStore, Page } from '../core/ports.ts';
import type { Limiter } from '../core/rate.ts';
import type { Refusal } from '../core/refusal.ts';

export interface HubDeps {
  readonly store: HubStore;
  readonly publish: Publish;
  /** Messages, edits and files, by principal. */
  readonly sends: Limiter;
  /** Whether somebody has a socket here, at this moment; `keyId`: one that was opened with this key. */
  readonly isConnected: (principalId: string, keyId?: string) => boolean;
  readonly links: Links;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly newId: () => string;
  /** A secret that nobody can guess: 256 bits, without blanks. */
  readonly newSecret: () => string;
}

export type PageOutcome<T> = ({ readonly kind: 'page' } & Page<T>) | Refusal;
export type MessageAnswer = { readonly kind: 'message'; readonly message: Message } | Refusal;
