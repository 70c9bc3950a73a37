/**
 * Outages of models, in SQLite: what one worker finds out holds for all. Of those that wait for a model one asks it for
 * all; its success wakes them.
 */

import type { ModelAway } from '@perdure/contract';
import type { Connection, GroupCommit } from '@perdure/db';

/** Milliseconds since the epoch. */
export interface Outage {
  readonly since: number;
  readonly nextAt: number;
  /** A sentence. */
  readonly reason: string;
}

export interface OutagesDeps {
  readonly database: Connection;
  readonly group: GroupCommit;
  /** Wakes a run. Who is not woken, since this process died meanwhile, comes by its own timer. */
  readonly wake: (runId: string) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: () => number;
}

/** Nobody else asks a model within this time while one does; who has not ended by then asks beside the next. */
const probeMs = 2 * 60_000;
const firstPauseMs = 5_000;
const longestPauseMs = 15 * 60_000;

/** Milliseconds to pause behind so many tries, from 0: it doubles. A longer wish of the server wins, within bounds. */
export function pauseAfter(
  tries: number,
  { random, retryAfterMs = 0 }: { readonly random: () => number; readonly retryAfterMs?: number | undefined },
): number {
  const bound = Math.min(firstPauseMs * 2 ** Math.min(tries, 20), longestPauseMs);
  return Math.min(Math.max(Math.round(bound * (0.75 + random() / 4)), retryAfterMs), longestPauseMs);
}

/** What agents ask before they ask a model, and tell when they have. */
export function createOutages({ database, group, wake, now, random }: OutagesDeps) {
  const { sqlite } = database;
  const read = sqlite.prepare('SELECT since, next_at AS nextAt, tries, reason FROM model_outages WHERE model = ?');
  const claim = sqlite.prepare('UPDATE model_outages SET next_at = ? WHERE model = ? AND next_at <= ?');
  const write = sqlite.prepare(`
    INSERT INTO model_outages (model, since, next_at, tries, reason) VALUES (?, ?, ?, 1, ?)
    ON CONFLICT (model) DO UPDATE SET next_at = excluded.next_at, tries = tries + 1, reason = excluded.reason
    RETURNING since, next_at AS nextAt, reason`);
  const remove = sqlite.prepare('DELETE FROM model_outages WHERE model = ?');
  // One that looks just now, and is about to park again, is woken too.
  const waiting = sqlite.prepare("SELECT id FROM runs WHERE status IN ('waiting', 'running') AND wait_model = ?");
  const find = (model: string) => read.get(model) as unknown as (Outage & { readonly tries: number }) | undefined;

  return {
    /** `free`: nobody knows of an outage. `probe`: it was away, and this one asks for all. */
    claim: async (model: string) => {
      const outage = find(model);
      if (outage === undefined) return { kind: 'free' } as const;
      const at = now();
      const isOurs = outage.nextAt <= at && (await group.run(() => claim.run(at + probeMs, model, at).changes === 1));
      return isOurs ? ({ kind: 'probe' } as const) : ({ kind: 'away', ...(find(model) ?? outage) } as const);
    },
    noteAway: async (
      model: string,
      note: { readonly reason: string; readonly retryAfterMs?: number },
    ): Promise<Outage> =>
      await group.run(() => {
        const { reason, retryAfterMs } = note;
        const at = now();
        const pauseMs = pauseAfter(find(model)?.tries ?? 0, { random, retryAfterMs });
        return write.get(model, at, at + pauseMs, reason) as unknown as Outage;
      }),
    noteBack: async (model: string): Promise<void> => {
      if (find(model) === undefined) return;
      const runs = await group.run(() => (remove.run(model).changes === 0 ? [] : waiting.all(model)));
      await Promise.all(runs.map(({ id }) => wake(String(id))));
    },
  };
}

/** For who only looks. */
export interface OutageDesk {
  /** Longest away first. */
  list(): readonly ModelAway[];
}

export function createOutageDesk({ sqlite }: Connection): OutageDesk {
  const select = sqlite.prepare(`
    SELECT model, since, next_at AS nextAt, reason,
      (SELECT count(*) FROM runs WHERE status = 'waiting' AND wait_model = model) AS waiting
    FROM model_outages ORDER BY since, model`);
  return {
    list: () =>
      (select.all() as unknown as readonly (Outage & Pick<ModelAway, 'model' | 'waiting'>)[]).map((row) => ({
        model: row.model,
        since: new Date(row.since).toISOString(),
        nextAt: new Date(row.nextAt).toISOString(),
        reason: row.reason,
        waiting: row.waiting,
      })),
  };
}
