/** What the record tells about how the parts are: whether it can be read, and how the newest model call went. */

import type { ErrorCode, RunEventData } from '@perdure/contract';
import { truncationOf, type Database, type GroupCommit } from '@perdure/db';

/** As it was written, in the transaction that ended the attempt. */
type EndOfAttempt = RunEventData<'step.done' | 'step.retrying' | 'step.failed'>;

/** A turn that ended, or was tried again. */
interface EndedTurn {
  readonly at: number;
  /** Undefined where it went well. */
  readonly error: ErrorCode | undefined;
}

/** What the HTTP room asks for as its `HealthReader`. */
export function createHealthReader({ kysely, sqlite, path, displaced }: Database, group: GroupCommit) {
  const refuseTruncated = truncationOf(path);
  // Prepared when it is first asked: a probe is made of a database that cannot be read, too.
  const note = () =>
    sqlite.prepare(
      `INSERT INTO leases (name, holder, expires_at) VALUES ('health', 'server', ?)
       ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at`,
    );
  return {
    read: async (): Promise<void> => {
      const error = displaced();
      if (error !== undefined) throw error;
      refuseTruncated();
      await kysely.selectFrom('runs').select('id').limit(1).execute();
    },
    /** A write like any other: nothing less shows whether the next one will be taken. */
    write: async (at: number): Promise<void> => {
      await group.run(() => note().run(at));
    },
    /** Looks at the tail of the newest runs only, by primary key. */
    newestTurn: async (since: number): Promise<EndedTurn | undefined> => {
      const newest = kysely.selectFrom('runs').select(['id', 'event_seq']).orderBy('id', 'desc').limit(20).as('newest');
      const rows = await kysely
        .selectFrom(newest)
        .innerJoin('events', (join) =>
          join
            .onRef('events.run_id', '=', 'newest.id')
            .on((eb) => eb('events.seq', '>', eb('newest.event_seq', '-', 50))),
        )
        .select(['events.data', 'events.at'])
        .where('events.type', 'in', ['step.done', 'step.retrying', 'step.failed'])
        .where('events.at', '>', since)
        .orderBy('events.at', 'desc')
        .orderBy('events.seq', 'desc')
        .execute();
      for (const { data, at } of rows) {
        const ended = JSON.parse(data) as EndOfAttempt;
        if (ended.kind === 'turn') return { at, error: 'error' in ended ? ended.error.code : undefined };
      }
      return undefined;
    },
  };
}
