/** Makes a fork (`decide/fork.ts`), in one transaction: steps are copied within the database, whatever they hold. */

import { compact } from '@perdure/contract';
import type { Database, RunsTable, StepsTable } from '@perdure/db';
import type { ForkOutcome, ForkRequest } from '../desk/ports.ts';
import { decideFork, type StepSketch } from '../decide/fork.ts';
import { damagedValue, isWhole } from '../record/stored-value.ts';
import { toRunState } from './run-row.ts';
import type { RunStatements } from './run-statements.ts';

export function createFork({ sqlite }: Database, statements: RunStatements): (request: ForkRequest) => ForkOutcome {
  const readRun = sqlite.prepare('SELECT * FROM runs WHERE id = ?');
  const readSteps = sqlite.prepare(
    'SELECT key, seq, kind, status, undoable, started_at, ended_at FROM steps WHERE run_id = ? ORDER BY seq',
  );
  const copyStep = sqlite.prepare(`
    INSERT INTO steps (run_id, key, seq, kind, status, attempt, input_hash, result, result_blob, result_sum, error, detail, undoable, started_at, ended_at)
    SELECT ?, key, seq, kind, status, attempt, input_hash, result, result_blob, result_sum, error, detail, 0, started_at, ended_at
    FROM steps WHERE run_id = ? AND key = ?`);
  // By the question that the step names: a fork has those steps too, and the run that asked is another one.
  const readDecisions = sqlite.prepare(`
    SELECT steps.key FROM steps JOIN waits ON waits.id = steps.detail ->> '$.wait'
    WHERE steps.run_id = ? AND steps.kind = 'human' AND waits.purpose <> 'question'`);
  const clear = sqlite.prepare('UPDATE runs SET cleared = ? WHERE id = ?');

  return ({ id, runId, stepKey, idempotencyKey, requestHash, actor, at }) => {
    const keyed = compact({ idempotencyKey, requestHash });
    const earlier = statements.runByIdempotencyKey(keyed);
    if (earlier !== undefined) return earlier;
    const row = readRun.get(runId) as RunsTable | undefined;
    if (row === undefined) return { kind: 'not_found' };
    const run = toRunState(row);
    const decisions = new Set(readDecisions.all(runId).map(({ key }) => String(key)));
    const decision = decideFork({
      run,
      steps: (readSteps.all(runId) as unknown as SketchRow[]).map(toSketch),
      stepKey,
      isDecision: (key) => decisions.has(key),
    });
    if (decision.kind === 'no_such_step') return decision;
    const { pipeline, input, originId: origin } = run;
    // A fork would give it a checksum of its own.
    if (!isWhole(input, run.inputSum)) throw damagedValue(`The input of run ${runId}`);
    const forkedFrom = { runId, stepKey: decision.fromKey };
    const budget = run.budget ?? undefined;
    statements.insertRun({ id, pipeline, input, origin, forkedFrom, budget, ...keyed }, { at, actor });
    for (const key of decision.inherited) copyStep.run(id, runId, key);
    clear.run(JSON.stringify(decision.cleared), id);
    return { kind: 'started', runId: id };
  };
}

type SketchRow = Pick<StepsTable, 'key' | 'seq' | 'kind' | 'status' | 'undoable' | 'started_at' | 'ended_at'>;

function toSketch({ started_at: startedAt, ended_at: endedAt, undoable, ...step }: SketchRow): StepSketch {
  return { ...step, undoable: undoable === 1, startedAt, endedAt };
}
