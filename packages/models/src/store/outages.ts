/** Outages of models, in SQLite: what one worker finds out holds for all. */

import type { Database } from '@perdure/db';

/** Milliseconds since the epoch; `reason`: a sentence. */
export interface OutageRow {
  readonly since: number;
  readonly nextAt: number;
  readonly reason: string;
}

export type ClaimOutcome =
  | { readonly kind: 'free' }
  | { readonly kind: 'probe' }
  | ({ readonly kind: 'away' } & OutageRow);

export interface OutageStore {
  /** Reads only: whether there is anything to claim. */
  readonly find: (model: string) => OutageRow | undefined;
  /** Within a transaction, as all that follow. */
  readonly claim: (model: string, at: number) => ClaimOutcome;
  readonly noteAway: (
    model: string,
    note: { readonly reason: string; readonly retryAfterMs?: number },
    at: number,
  ) => OutageRow;
  /** Ids of the runs that wait for it. */
  readonly noteBack: (model: string) => readonly string[];
}

/** Nobody else asks a model within this time while one does; who has not ended by then asks beside the next. */
export const probeMs = 2 * 60_000;

const firstPauseMs = 5_000;
export const longestPauseMs = 15 * 60_000;

/** The pause behind so many tries, from 0: it doubles. A longer wish of the server wins, within bounds. */
export function pauseAfter(
  tries: number,
  { random, retryAfterMs = 0 }: { random: () => number; retryAfterMs?: number | undefined },
): number {
  const bound = Math.min(firstPauseMs * 2 ** Math.min(tries, 20), longestPauseMs);
  return Math.min(Math.max(Math.round(bound * (0.75 + random() / 4)), retryAfterMs), longestPauseMs);
}

export function createOutageStore({ sqlite }: Database, { random }: { readonly random: () => number }): OutageStore {
  const read = sqlite.prepare('SELECT since, next_at AS nextAt, tries, reason FROM model_outages WHERE model = ?');
  const claim = sqlite.prepare('UPDATE model_outages SET next_at = ? WHERE model = ? AND next_at <= ?');
  const write = sqlite.prepare(`
    INSERT INTO model_outages (model, since, next_at, tries, reason) VALUES (?, ?, ?, 1, ?)
    ON CONFLICT (model) DO UPDATE SET next_at = excluded.next_at, tries = tries + 1, reason = excluded.reason
    RETURNING since, next_at AS nextAt, reason`);
  const remove = sqlite.prepare('DELETE FROM model_outages WHERE model = ?');
  const waiting = sqlite.prepare("SELECT id FROM runs WHERE status = 'waiting' AND wait_model = ?");
  const find = (model: string): OutageRow | undefined => read.get(model) as unknown as OutageRow | undefined;
  return {
    find,
    claim: (model, at) => {
      const row = find(model);
      if (row === undefined) return { kind: 'free' };
      if (row.nextAt <= at && claim.run(at + probeMs, model, at).changes === 1) return { kind: 'probe' };
      return { kind: 'away', ...row, nextAt: find(model)?.nextAt ?? row.nextAt };
    },
    noteAway: (model, { reason, retryAfterMs }, at) => {
      const { tries } = (read.get(model) as unknown as { readonly tries: number } | undefined) ?? { tries: 0 };
      const pauseMs = pauseAfter(tries, { random, retryAfterMs });
      return write.get(model, at, at + pauseMs, reason) as unknown as OutageRow;
    },
    noteBack: (model) => {
      if (remove.run(model).changes === 0) return [];
      return waiting.all(model).map(({ id }) => String(id));
    },
  };
}
