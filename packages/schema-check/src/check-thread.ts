/**
 * The thread that checks: one value at a time, schemas compiled once. It shows in shared memory which regular
 * expression it is at, since it can say nothing while it is at one that does not end.
 */

import { parentPort, workerData } from 'node:worker_threads';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { compileSchema, toRegExp } from './compile.ts';
import { mostProblems, type CheckRequest, type ThreadMessage } from './messages.ts';
import type { JsonSchema } from './outcome.ts';

interface Compiled {
  readonly validate: ValidateFunction;
  readonly patterns: readonly string[];
}

const mostKept = 200;
const kept = new Map<string, Compiled>();
/** Number of the regular expression at work, from 1; 0 for none. */
const atWork = new Int32Array((workerData as { readonly atWork: SharedArrayBuffer }).atWork);

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
const tell = (message: ThreadMessage): void => parentPort?.postMessage(message);

parentPort?.on('message', ({ id, schema, value }: CheckRequest) => {
  try {
    const { validate, patterns } = compiled(schema);
    const parsed: unknown = JSON.parse(value);
    tell({ kind: 'begun', id, patterns });
    const found = validate(parsed) ? [] : (validate.errors ?? []);
    const problems = found.slice(0, mostProblems).map(({ instancePath, schemaPath, keyword, params, message }) => {
      return { instancePath, schemaPath, keyword, params, ...(message === undefined ? {} : { message }) };
    });
    tell({ kind: 'ended', id, problems });
  } catch (error) {
    tell({ kind: 'failed', id, why: error instanceof Error ? error.message : String(error) });
  }
});

/** The one that was not asked for longest goes first. */
function compiled(schema: string): Compiled {
  const known = kept.get(schema) ?? compile(schema);
  kept.delete(schema);
  kept.set(schema, known);
  if (kept.size > mostKept) kept.delete(kept.keys().next().value ?? '');
  return known;
}

function compile(schema: string): Compiled {
  const patterns: string[] = [];
  const validate = compileSchema(JSON.parse(schema) as JsonSchema, (pattern, flags) => {
    const number = patterns.push(pattern);
    const expression = toRegExp(pattern, flags);
    return {
      test(text) {
        Atomics.store(atWork, 0, number);
        const matches = expression.test(text);
        Atomics.store(atWork, 0, 0);
        return matches;
      },
      toString: () => String(expression),
    };
  });
  return { validate, patterns };
}
