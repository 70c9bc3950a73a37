/** What the record tells about how the parts are: whether it can be read, and how the newest model call went. */

import type { ErrorCode, RunEventData } from '@perdure/contract';
import type { Database } from '@perdure/db';

/** As it was written, in the transaction that ended the attempt. */
type EndOfAttempt = RunEventData<'step.done' | 'step.retrying' | 'step.failed'>;

/** What the HTTP room asks for as its `HealthReader`. */
export function createHealthReader({ kysely }: Pick<Database, 'kysely'>) {
  return {
    read: async (): Promise<void> => {
      await kysely.selectFrom('runs').select('id').limit(1).execute();
    },
    /** Looks at the tail of the newest runs only, by primary key. */
    newestTurnError: async (since: number): Promise<ErrorCode | undefined> => {
      const newest = kysely.selectFrom('runs').select(['id', 'event_seq']).orderBy('id', 'desc').limit(20).as('newest');
      const rows = await kysely
        .selectFrom(newest)
        .innerJoin('events', (join) =>
          join
            .onRef('events.run_id', '=', 'newest.id')
            .on((eb) => eb('events.seq', '>', eb('newest.event_seq', '-', 50))),
        )
        .select(['events.data'])
        .where('events.type', 'in', ['step.done', 'step.retrying', 'step.failed'])
        .where('events.at', '>', since)
        .orderBy('events.at', 'desc')
        .orderBy('events.seq', 'desc')
        .execute();
      for (const { data } of rows) {
        const ended = JSON.parse(data) as EndOfAttempt;
        if (ended.kind === 'turn') return 'error' in ended ? ended.error.code : undefined;
      }
      return undefined;
    },
  };
}
