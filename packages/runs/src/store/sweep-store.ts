/**
 * What the sweep reads and holds (R5), in Kysely: it runs once a minute. Each reason to go on is a query of its own.
 */

import { finishedStatuses } from '@perdure/contract';
import type { Database } from '@perdure/db';
import type { SweepStore } from '../drive/sweep.ts';

type Kysely = Database['kysely'];

const leaseName = 'sweep';

export function createSweepStore({ kysely }: Database): SweepStore {
  return {
    holdLease: async (holder, { now, until }) => {
      const row = await kysely
        .insertInto('leases')
        .values({ name: leaseName, holder, expires_at: until })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ holder, expires_at: until })
            // Nobody takes it for longer: one that would last longer was taken before the clock was set back.
            .where((eb) =>
              eb.or([
                eb('leases.holder', '=', holder),
                eb('leases.expires_at', '<=', now),
                eb('leases.expires_at', '>', until),
              ]),
            ),
        )
        .returning('holder')
        .executeTakeFirst();
      return row !== undefined;
    },
    runsToWake: async ({ silentSince, overdueSince, openSince = overdueSince, aheadOf }) => {
      const found = await Promise.all([
        silent(kysely, silentSince),
        overdue(kysely, overdueSince),
        childEnded(kysely, openSince),
        answered(kysely, openSince),
        ordered(kysely, openSince),
        modelBack(kysely, openSince),
        aheadOf === undefined ? [] : ahead(kysely, aheadOf),
      ]);
      return [...new Set(found.flat().map(({ id }) => id))].toSorted();
    },
    timersAfter: async (after) =>
      await kysely
        .selectFrom('runs')
        .select(['id as runId', 'wake_at as at'])
        .where('status', '=', 'waiting')
        .where('wake_at', '>', after)
        .$narrowType<{ at: number }>()
        .execute(),
  };
}

type RunIds = Promise<readonly { readonly id: string }[]>;

function silent(kysely: Kysely, since: number): RunIds {
  return kysely
    .selectFrom('runs')
    .select('id')
    .where('status', 'in', ['queued', 'running', 'undoing'])
    .where('updated_at', '<=', since)
    .execute();
}

function overdue(kysely: Kysely, since: number): RunIds {
  return kysely.selectFrom('runs').select('id').where('status', '=', 'waiting').where('wake_at', '<=', since).execute();
}

function ahead(kysely: Kysely, of: number): RunIds {
  return kysely
    .selectFrom('runs')
    .select('id')
    .where('updated_at', '>', of)
    .where((eb) =>
      eb.or([
        eb('status', 'in', ['queued', 'running', 'undoing']),
        eb.and([eb('status', '=', 'waiting'), eb('wake_at', 'is not', null)]),
      ]),
    )
    .execute();
}

/** Whatever the parent shows that it waits for: it may wait for several things. */
function childEnded(kysely: Kysely, since: number): RunIds {
  return (
    kysely
      .selectFrom('runs as parent')
      .innerJoin('runs as child', 'child.parent_run', 'parent.id')
      .innerJoin('steps', (join) =>
        join.onRef('steps.run_id', '=', 'child.parent_run').onRef('steps.key', '=', 'child.parent_key'),
      )
      // Of a step that was begun again after a retry only the newest child counts.
      .leftJoin('runs as newer', (join) =>
        join
          .onRef('newer.parent_run', '=', 'child.parent_run')
          .onRef('newer.parent_key', '=', 'child.parent_key')
          .onRef('newer.id', '>', 'child.id'),
      )
      .select('parent.id')
      .where('newer.id', 'is', null)
      .where('parent.status', '=', 'waiting')
      .where('parent.updated_at', '<=', since)
      .where('steps.status', '=', 'started')
      .where('child.status', 'in', finishedStatuses)
      .where('child.ended_at', '<=', since)
      .execute()
  );
}

function answered(kysely: Kysely, since: number): RunIds {
  return kysely
    .selectFrom('questions')
    .select('run_id as id')
    .where('awaited', '=', 1)
    .where('answered_at', '<=', since)
    .where('run_status', '=', 'waiting')
    .execute();
}

/** It parked just as its model came back, or the worker that should have woken it died. */
function modelBack(kysely: Kysely, since: number): RunIds {
  return kysely
    .selectFrom('runs')
    .leftJoin('model_outages', 'model_outages.model', 'runs.wait_model')
    .select('id')
    .where('status', '=', 'waiting')
    .where('wait_model', 'is not', null)
    .where('model_outages.model', 'is', null)
    .where('updated_at', '<=', since)
    .execute();
}

function ordered(kysely: Kysely, since: number): RunIds {
  return (
    kysely
      .selectFrom('orders')
      .innerJoin('runs', 'runs.id', 'orders.run_id')
      .select('runs.id')
      .where('orders.consumed_at', 'is', null)
      // A text for the agents is no reason to go on: it waits for their next turn.
      .where('orders.kind', '!=', 'steer')
      .where('orders.created_at', '<=', since)
      .where('runs.status', 'not in', finishedStatuses)
      .execute()
  );
}
