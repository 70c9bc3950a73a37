/**
 * `sql-query`: reads the one database that the owner named. SQLite works in the thread that calls it and cannot be
 * interrupted from another, so each query has a process of its own, which is killed when its time is up.
 */

import type { ToolResult } from '@perdure/contract';
import { z } from 'zod';
import { functionTool } from '../function-tool.ts';
import type { FunctionTool } from '../tool.ts';
import { askProcess } from './ask-process.ts';
import type { QueryAnswer, QueryRequest } from './sql-query-process.ts';

export interface SqlQueryOptions {
  /** Path of the SQLite file. */
  readonly database: string;
  /** Default 10,000. */
  readonly timeoutMs?: number;
}

const value = z.union([z.string(), z.number(), z.null()]);

const output = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(value)).describe('Integers beyond 2^53 are text; blobs are base64.'),
  truncated: z.boolean().describe('True if there are more rows.'),
});

export function createSqlQuery({ database, timeoutMs = 10_000 }: SqlQueryOptions): FunctionTool {
  return functionTool({
    id: 'sql-query',
    description:
      'Runs one SELECT on the SQLite database of this installation and returns columns and rows. Use it to answer questions from its data; ' +
      '`SELECT name, sql FROM sqlite_schema` shows the tables. It only reads, returns at most 1,000 rows or 1 MiB, and ends after 10 seconds: let the database count and sort. ' +
      'Give values as `parameters` for the question marks of the statement, not inside it.',
    input: z.object({
      sql: z.string().min(1).max(65_536).describe('One SELECT, WITH or EXPLAIN.'),
      parameters: z.array(value).max(1_000).default([]).describe('One for each question mark, in order.'),
    }),
    output,
    effect: 'pure',
    run: async ({ sql, parameters }, call): Promise<ToolResult<z.infer<typeof output>>> => {
      const timeout = AbortSignal.timeout(timeoutMs);
      const signal = AbortSignal.any([call.signal, timeout]);
      const request: QueryRequest = { database, sql, parameters };
      const options = { signal, cpuSeconds: Math.ceil(timeoutMs / 500) };
      const answer = await askProcess<QueryAnswer>('sql-query-process', request, options);
      if (answer?.kind === 'rows') {
        const { columns, rows, truncated } = answer;
        return { success: true, data: { columns, rows, truncated } };
      }
      if (answer?.kind === 'refused') return failed(answer.message);
      if (call.signal.aborted) return failed('The query was stopped, since the run was; there is nothing to do.');
      if (timeout.aborted) return failed(`The query took longer than ${timeoutMs / 1000} s; ask for less at once.`);
      return failed('The query ended without an answer, for lack of memory perhaps; ask for less at once.');
    },
  });
}

function failed(errorMessage: string): ToolResult<never> {
  return { success: false, errorMessage };
}
