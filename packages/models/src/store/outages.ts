/**
 * Outages of models, in SQLite: what one worker finds out holds for all. Of those that wait for a model one asks it for
 * all; its success wakes them.
 */

import type { ModelAway } from '@perdure/contract';
import type { Connection, GroupCommit } from '@perdure/db';
import type { AwayNote, Outage, OutageClaim, Outages, Probe } from '../turn/outage.ts';

export interface OutagesDeps {
  readonly database: Connection;
  readonly group: GroupCommit;
  /** Wakes a run. Who is not woken, since this process died meanwhile, comes by its own timer, or the sweep (R5). */
  readonly wake: (runId: string) => Promise<void>;
  readonly clock: OutageClock;
  /** From 0 up to, and without, 1. */
  readonly random: () => number;
}

export interface OutageClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, `ms` from now, unless the returned function was called before. */
  after(ms: number, callback: () => void): () => void;
}

/** A claim whose worker died runs out after this long; one that lives renews it before. */
const claimMs = 60_000;
const renewMs = 20_000;
const firstPauseMs = 5_000;
const longestPauseMs = 15 * 60_000;
/** Wakes under way at a time. */
const together = 32;

/** Nothing is put off for longer than the longest pause: what would be was put off before the clock was set back. */
const isDue = ({ nextAt }: Outage, at: number): boolean => nextAt <= at || nextAt > at + longestPauseMs;

/** Milliseconds to pause behind so many tries, from 0: it doubles. A longer wish of the server wins, within bounds. */
export function pauseAfter(
  tries: number,
  { random, retryAfterMs = 0 }: { readonly random: () => number; readonly retryAfterMs?: number | undefined },
): number {
  const bound = Math.min(firstPauseMs * 2 ** Math.min(tries, 20), longestPauseMs);
  return Math.min(Math.max(Math.round(bound * (0.75 + random() / 4)), retryAfterMs), longestPauseMs);
}

/** What agents ask before they ask a model, and tell when they have. */
export function createOutages({ database, group, wake, clock, random }: OutagesDeps): Outages {
  const rows = new OutageRows(database);
  const pause = (tries: number, { retryAfterMs }: AwayNote) =>
    clock.now() + pauseAfter(tries, { random, retryAfterMs });

  const probeOf = (model: string, claimedUntil: number): Probe => {
    let until = claimedUntil;
    const renew = async (): Promise<void> => {
      await group.run(() => {
        const next = clock.now() + claimMs;
        if (rows.move(model, { from: until, to: next })) until = next;
      });
    };
    return {
      during: async (work) => {
        let cancel: (() => void) | undefined;
        const renewLater = (): void => {
          cancel = clock.after(renewMs, () => {
            renewLater();
            // One that cannot be written is written the next time, or the claim runs out.
            renew().catch(() => undefined);
          });
        };
        renewLater();
        try {
          return await work();
        } finally {
          cancel?.();
        }
      },
      noteAway: async (note) =>
        await group.run(() => {
          const nextAt = pause(rows.find(model)?.tries ?? 0, note);
          rows.again(model, { from: until, to: nextAt, reason: note.reason });
          return rows.opened(model, { since: clock.now(), nextAt, reason: note.reason });
        }),
      release: async () => {
        await group.run(() => rows.move(model, { from: until, to: clock.now() }));
      },
    };
  };

  return {
    /** Of several that ask at the same time, in whatever process, one is given the probe. */
    claim: async (model: string): Promise<OutageClaim> => {
      const outage = rows.find(model);
      if (outage === undefined) return { kind: 'free' };
      const at = clock.now();
      const until = at + claimMs;
      if (isDue(outage, at) && (await group.run(() => rows.move(model, { from: outage.nextAt, to: until }))))
        return { kind: 'probe', probe: probeOf(model, until) };
      const now = rows.find(model);
      return now === undefined ? { kind: 'free' } : { kind: 'away', ...now };
    },
    /** It was asked when nobody knew of an outage, and is away. Of several that find out, the first says since when. */
    noteAway: async (model: string, note: AwayNote): Promise<Outage> =>
      await group.run(() => rows.opened(model, { since: clock.now(), nextAt: pause(0, note), reason: note.reason })),
    /** It answers: who waits for it is woken. Rejects where the record cannot be written, never for a wake. */
    noteBack: async (model: string): Promise<void> => {
      if (rows.find(model) === undefined) return;
      const runs = await group.run(() => rows.close(model));
      for (let from = 0; from < runs.length; from += together)
        await Promise.allSettled(runs.slice(from, from + together).map(wake));
    },
  };
}

type OutageRow = Outage & { readonly tries: number };

/** The rows of outages: each method is one statement, or two of one transaction. */
class OutageRows {
  readonly #read;
  readonly #move;
  readonly #again;
  readonly #open;
  readonly #remove;
  readonly #waiting;

  constructor({ sqlite }: Connection) {
    this.#read = sqlite.prepare('SELECT since, next_at AS nextAt, tries, reason FROM model_outages WHERE model = ?');
    // A claim is known by the moment at which it runs out.
    this.#move = sqlite.prepare('UPDATE model_outages SET next_at = ? WHERE model = ? AND next_at = ?');
    this.#again = sqlite.prepare(
      'UPDATE model_outages SET next_at = ?, reason = ?, tries = tries + 1 WHERE model = ? AND next_at = ?',
    );
    this.#open = sqlite.prepare(`
      INSERT INTO model_outages (model, since, next_at, tries, reason) VALUES (?, ?, ?, 1, ?)
      ON CONFLICT (model) DO NOTHING`);
    this.#remove = sqlite.prepare('DELETE FROM model_outages WHERE model = ?');
    // One that looks just now, and is about to park again, is woken too.
    this.#waiting = sqlite.prepare("SELECT id FROM runs WHERE status IN ('waiting', 'running') AND wait_model = ?");
  }

  find(model: string): OutageRow | undefined {
    return this.#read.get(model) as unknown as OutageRow | undefined;
  }

  move(model: string, { from, to }: { readonly from: number; readonly to: number }): boolean {
    return this.#move.run(to, model, from).changes === 1;
  }

  again(model: string, next: { readonly from: number; readonly to: number; readonly reason: string }): void {
    this.#again.run(next.to, next.reason, model, next.from);
  }

  /** The outage as it is known: this one, where there was none. */
  opened(model: string, outage: Outage): Outage {
    this.#open.run(model, outage.since, outage.nextAt, outage.reason);
    return this.find(model) ?? outage;
  }

  /** Ids of the runs that wait for it. */
  close(model: string): readonly string[] {
    if (this.#remove.run(model).changes === 0) return [];
    return this.#waiting.all(model).map(({ id }) => String(id));
  }
}

/** For who only looks. */
export interface OutageDesk {
  /** Longest away first. */
  list(): readonly ModelAway[];
}

export function createOutageDesk({ sqlite }: Connection): OutageDesk {
  const select = sqlite.prepare(`
    SELECT model, since, next_at AS nextAt, reason,
      (SELECT count(*) FROM runs WHERE status IN ('waiting', 'running') AND wait_model = model) AS waiting
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
