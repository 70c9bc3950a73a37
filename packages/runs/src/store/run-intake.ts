/** What people and programs put into the record: new runs, orders, retries. Acknowledged only after it is on disk. */

import type { Database, GroupCommit } from '@perdure/db';
import type { RunIntake, StartOutcome } from '../desk/ports.ts';
import { createAnswer } from './answer-intake.ts';
import { createFork } from './fork-intake.ts';
import { createOrder } from './order-intake.ts';
import { createRetry } from './retry-intake.ts';
import { RunStatements } from './run-statements.ts';

export function createRunIntake(database: Database, group: GroupCommit): RunIntake {
  const statements = new RunStatements(database.sqlite);
  const order = createOrder(database, statements);
  const retry = createRetry(database, statements);
  const answer = createAnswer(database, statements);
  const fork = createFork(database, statements);

  return {
    start: (request) =>
      group.run((): StartOutcome => {
        const earlier = statements.runByIdempotencyKey(request);
        if (earlier !== undefined) return earlier;
        statements.insertRun(request, { at: request.at, actor: request.actor });
        return { kind: 'started', runId: request.id };
      }),
    order: (request) => group.run(() => order(request)),
    fork: (request) => group.run(() => fork(request)),
    retry: (request) => group.run(() => retry(request)),
    answer: (request) => group.run(() => answer(request)),
  };
}
