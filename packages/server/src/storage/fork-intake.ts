/**
 * A fork: another run of the same pipeline and input that begins with what had finished before a step was begun. Copied steps are passed
 * over like any others; they are never undone, and what they cost was paid by the run they come from. What a person decided about a tool
 * call goes with the call or not at all: an approval allows one call, and the fork's would be another. What the run has undone is not
 * inherited, nor anything begun after it.
 */

import { firstUndone } from '@perdure/contract';
import type { Database, RunsTable, StepsTable } from '@perdure/db';
import type { ForkOutcome, ForkRequest } from '../http/ports.ts';
import type { Cleared } from '../pipelines/ports.ts';
import { createOriginOf } from './run-begin.ts';
import type { RunStatements } from './run-statements.ts';

export function createFork({ sqlite }: Database, statements: RunStatements): (request: ForkRequest) => ForkOutcome {
  const readRun = sqlite.prepare('SELECT * FROM runs WHERE id = ?');
  const readSteps = sqlite.prepare(
    'SELECT key, seq, kind, status, undoable, started_at, ended_at FROM steps WHERE run_id = ? ORDER BY seq',
  );
  const copyStep = sqlite.prepare(`
    INSERT INTO steps (run_id, key, seq, kind, status, attempt, input_hash, result, result_blob, error, detail, undoable, started_at, ended_at)
    SELECT ?, key, seq, kind, status, attempt, input_hash, result, result_blob, error, detail, 0, started_at, ended_at
    FROM steps WHERE run_id = ? AND key = ?`);
  const readDecisions = sqlite.prepare(`SELECT step_key FROM waits WHERE run_id = ? AND purpose <> 'question'`);
  const originOf = createOriginOf(sqlite);
  const clear = sqlite.prepare('UPDATE runs SET cleared = ? WHERE id = ?');

  return ({ id, runId, stepKey, idempotencyKey, requestHash, actor, at }) => {
    const named = {
      ...(idempotencyKey !== undefined && { idempotencyKey }),
      ...(requestHash !== undefined && { requestHash }),
    };
    const earlier = statements.runByIdempotencyKey(named);
    if (earlier !== undefined) return earlier;
    const run = readRun.get(runId) as RunsTable | undefined;
    if (run === undefined) return { kind: 'not_found' };
    const steps = readSteps.all(runId) as unknown as StepOutline[];
    const asked = steps.find((step) => step.key === stepKey && step.kind !== 'undo');
    if (asked === undefined) return { kind: 'no_such_step' };
    // While it is being undone, what is armed still is about to be.
    const undone =
      run.undo_outcome === null
        ? firstUndone(steps)
        : (steps.find(({ undoable }) => undoable === 1) ?? firstUndone(steps));
    const from = undone !== undefined && undone.seq < asked.seq ? undone : asked;
    const { pipeline, input } = run;
    const budget = run.budget === null ? {} : { budget: JSON.parse(run.budget) };
    statements.insertRun(
      { id, pipeline, input, origin: originOf(run), forkedFrom: { runId, stepKey: from.key }, ...budget, ...named },
      { at, actor },
    );
    const decisions = new Set(readDecisions.all(runId).map((row) => String(row['step_key'])));
    const before = stepsBefore(steps, from);
    const kept = new Set(before.map(({ key }) => key));
    const inherited = before.filter(({ key }) => !decisions.has(key) || kept.has(callOf(key)));
    for (const { key } of inherited) copyStep.run(id, runId, key);
    const turns = inherited.filter((step) => step.kind === 'turn').length;
    const cleared: Cleared = { seq: inherited.at(-1)?.seq ?? 0, turns, tokens: 0, activeMs: 0 };
    clear.run(JSON.stringify(cleared), id);
    return { kind: 'started', runId: id };
  };
}

type StepOutline = Pick<StepsTable, 'key' | 'seq' | 'kind' | 'status' | 'undoable' | 'started_at' | 'ended_at'>;

/** The call that a decision at `key` is about. */
function callOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/'));
}

/** What had finished when `from` was begun. What it lies in had not: it is entered again. */
function stepsBefore(steps: readonly StepOutline[], from: StepOutline): readonly StepOutline[] {
  return steps.filter(
    ({ key, seq, kind, status, ended_at: endedAt }) =>
      status !== 'started' &&
      kind !== 'undo' &&
      seq < from.seq &&
      endedAt !== null &&
      endedAt <= from.started_at &&
      !key.startsWith(`${from.key}/`) &&
      (kind === 'turn' || !from.key.startsWith(`${key}/`)),
  );
}
