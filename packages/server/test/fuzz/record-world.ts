/** What no request makes: runs that wait and runs that failed, questions to people, tasks of another process. */

import { newId } from '@perdure/db';
import { startHello, type Harness } from '../http/harness.ts';

export interface Recorded {
  readonly runs: readonly string[];
  readonly waits: readonly string[];
  readonly tasks: readonly string[];
}

export async function fillRecord(harness: Harness): Promise<Recorded> {
  const runs: string[] = [];
  const waits: string[] = [];
  for (let n = 0; n < 9; n += 1) {
    const runId = await startHello(harness);
    runs.push(runId);
    harness.worker.step(runId, 'greet', { result: 'hello' });
    if (n % 3 === 1) harness.worker.fail(runId, { code: 'step_failed', message: 'It did not work; retry the run.' });
    if (n % 3 === 2) waits.push(ask(harness, runId));
  }
  const tasks = ['task-one', 'task-two', 'task-three'];
  for (const taskId of tasks) {
    const fields = { title: `Title of ${taskId}`, goal: 'Out' };
    const command = { type: 'create', task_id: taskId, fields } as const;
    await harness.taskStore.create(command, { now: Date.now(), actor: 'ada', revision: 'latest' }, { replace: true });
  }
  return { runs, waits, tasks };
}

/** A question as a driver records it. */
function ask({ worker }: Harness, runId: string): string {
  const id = newId();
  const { sqlite } = worker.database;
  sqlite
    .prepare(
      `INSERT INTO steps (run_id, key, seq, kind, status, attempt, detail, undoable, started_at)
       VALUES (?, 'city', 100, 'human', 'started', 1, ?, 0, ?)`,
    )
    .run(runId, JSON.stringify({ wait: id }), Date.now());
  sqlite
    .prepare(
      `INSERT INTO waits (id, run_id, step_key, purpose, question, asked_at)
       VALUES (?, ?, 'city', 'question', 'Which city?', ?)`,
    )
    .run(id, runId, Date.now());
  return id;
}
