/** What the sweep reads and holds (R5), in Kysely: it runs once a minute. */

import type { Database } from '@perdure/db';
import type { SweepStore } from '../pipelines/sweep.ts';

const leaseName = 'sweep';

export function createSweepStore(database: Database): SweepStore {
  const { kysely } = database;
  return {
    holdLease: async (holder, { now, until }) => {
      const row = await kysely
        .insertInto('leases')
        .values({ name: leaseName, holder, expires_at: until })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ holder, expires_at: until })
            .where((eb) => eb.or([eb('leases.holder', '=', holder), eb('leases.expires_at', '<=', now)])),
        )
        .returning('holder')
        .executeTakeFirst();
      return row !== undefined;
    },
    runsToWake: async ({ silentSince, overdueSince }) => {
      const silent = await kysely
        .selectFrom('runs')
        .select('id')
        .where('status', 'in', ['queued', 'running', 'undoing'])
        .where('updated_at', '<=', silentSince)
        .execute();
      const overdue = await kysely
        .selectFrom('runs')
        .select('id')
        .where('status', '=', 'waiting')
        .where('wake_at', '<=', overdueSince)
        .execute();
      const childEnded = await kysely
        .selectFrom('runs as parent')
        .select('parent.id')
        .where('parent.status', '=', 'waiting')
        .where('parent.updated_at', '<=', overdueSince)
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom('runs as child')
              .innerJoin('steps', (join) =>
                join.onRef('steps.run_id', '=', 'child.parent_run').onRef('steps.key', '=', 'child.parent_key'),
              )
              .select('child.id')
              .whereRef('child.parent_run', '=', 'parent.id')
              .where('steps.status', '=', 'started')
              .where('child.status', 'in', ['completed', 'failed', 'cancelled']),
          ),
        )
        .execute();
      const ordered = await kysely
        .selectFrom('orders')
        .innerJoin('runs', 'runs.id', 'orders.run_id')
        .select('orders.run_id as id')
        .where('orders.consumed_at', 'is', null)
        .where('orders.created_at', '<=', overdueSince)
        .where('runs.status', 'not in', ['completed', 'failed', 'cancelled'])
        .execute();
      return [...new Set([...silent, ...overdue, ...childEnded, ...ordered].map((row) => row.id))].toSorted();
    },
  };
}
