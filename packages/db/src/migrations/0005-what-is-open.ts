/**
 * Where a run's uuids come from, as a column and no longer in its first event. Which questions are asked, in one place
 * for all who look. A column that nobody read is gone.
 */

import { CompiledQuery, type Compilable, type SchemaModule } from 'kysely';

const raw = (text: string): Compilable => ({ compile: () => CompiledQuery.raw(text) });

export function statements(schema: SchemaModule): readonly Compilable[] {
  return [
    schema.alterTable('runs').addColumn('origin_run', 'text'),
    // A fork of before its origin was noted has its own.
    raw(`UPDATE runs SET origin_run = (SELECT data ->> '$.origin' FROM events WHERE run_id = runs.id AND seq = 1)
         WHERE forked_from_run IS NOT NULL`),
    schema.alterTable('runs').dropColumn('revision'),
    raw(`CREATE VIEW questions AS
         SELECT waits.*, runs.pipeline, runs.status AS run_status, steps.key IS NOT NULL AS awaited
         FROM waits JOIN runs ON runs.id = waits.run_id
         LEFT JOIN steps ON steps.run_id = waits.run_id AND steps.key = waits.step_key AND steps.status = 'started'
           AND steps.detail ->> '$.wait' = waits.id`),
  ];
}
