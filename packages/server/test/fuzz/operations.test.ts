/**
 * Every operation of the OpenAPI document, asked for with what it says and with what it does not say. 300 requests
 * each; `npm run fuzz -- --cases 3000 --seed 7` for more, and others. What is found is told with the seed that finds it
 * again.
 */

import { setFlagsFromString } from 'node:v8';
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { createSchemaChecks, type SchemaCheck } from '@perdure/schema-check';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { caseOf, type Caller, type Case } from './cases.ts';
import { lookUp, operationsOf, type JsonSchema } from './document.ts';
import { createFuzzWorld, type FuzzWorld } from './fuzz-world.ts';
import { faultsOf } from './judge.ts';
import type { Sent } from './send.ts';

const cases = Number(process.env['PERDURE_FUZZ_CASES'] ?? 300);
const only = process.env['PERDURE_FUZZ_ONLY'];
const seed = Number(process.env['PERDURE_FUZZ_SEED'] ?? 20_261);
/** What all of them may leave behind, in bytes of the heap. */
const mostKept = 50_000_000;
/** For one operation, with looking for the smallest request that shows a fault. */
const mostMs = 60_000;
/** What was deleted is made anew after so many requests. */
const supplyEvery = 50;

const operations = operationsOf();

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const heap = (): number => {
  collect();
  return process.memoryUsage().heapUsed;
};

/** For people: what was sent, without a page of the same letter. */
const shown = ({ method, target, headers, body }: Sent): string =>
  JSON.stringify({ method, target, headers, body: typeof body === 'string' ? body.slice(0, 400) : body }).slice(
    0,
    1_500,
  );

const title = `${operations.length} operations answer whatever they are sent as the document says (seed ${seed})`;

test(title, { timeout: 3_600_000 }, async () => {
  const world = await createFuzzWorld(operations);
  const { harness, logged } = world;
  const checks = createSchemaChecks();
  onTestFinished(async () => await checks.close());
  const statuses = new Map<string, Map<number, number>>();
  /** Of those whose keys are right: how often they were taken for nobody. */
  const knocks = { all: 0, inVain: 0 };
  const judge = createJudge(world, {
    schemaCheck: checks.check,
    note: (id, { status, by }) => {
      if (known.includes(by)) knocks.all += 1;
      if (known.includes(by) && status === 401) knocks.inVain += 1;
      const own = statuses.get(id) ?? new Map<number, number>();
      statuses.set(id, own.set(status, (own.get(status) ?? 0) + 1));
    },
  });
  const before = heap();
  const found: string[] = [];
  const counts: number[] = [];
  for (const operation of operations.filter(({ id }) => only === undefined || id === only)) {
    let count = 0;
    const property = fc.asyncProperty(caseOf(operation), async (one) => {
      if (count++ % supplyEvery === 0) await world.supply(operation, seed + count);
      const faults = await judge(one);
      if (faults.length > 0) throw new Error(faults.join('\n'));
    });
    const outcome = await fc.check(property, {
      numRuns: cases,
      seed,
      endOnFailure: only === undefined,
      interruptAfterTimeLimit: mostMs,
    });
    if (outcome.failed)
      found.push(`${operation.id}: ${String(outcome.errorInstance)}\n${fc.defaultReportMessage(outcome) ?? ''}`);
    counts.push(count);
  }
  expect(found.join('\n\n')).toBe('');
  if (process.env['PERDURE_FUZZ_SHOW'] === '1')
    process.stderr.write(`${inspect(statuses, { depth: 3, maxArrayLength: null })}\n`);
  const succeeded = [...statuses.values()].filter((own) => own.has(200) || own.has(201) || own.has(202));
  // Otherwise hardly more would be tried than how each of them refuses.
  if (only === undefined) expect(succeeded.length / operations.length).toBeGreaterThan(0.8);
  expect(knocks.inVain / knocks.all).toBeLessThan(0.1);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(cases);
  expect(logged.filter((line) => !line.includes('which is not here'))).toEqual([]);
  expect((await harness.json('GET', '/health')).status).toBe(200);
  expect(heap() - before, 'bytes that are kept').toBeLessThan(mostKept);
});

/** With keys of the hub that are right. */
const known: readonly Caller[] = ['keeper', 'agent', 'outsider'];

/** The one operation that is there to tell a value: by a lease, whose granting is another test's. */
const tellsValues = 'useVaultLease';

interface Judging {
  readonly schemaCheck: SchemaCheck;
  readonly note: (operationId: string, answered: { readonly status: number; readonly by: Caller }) => void;
}

function createJudge(world: FuzzWorld, { schemaCheck, note }: Judging): (one: Case) => Promise<readonly string[]> {
  const check = async (schema: JsonSchema, value: unknown): Promise<readonly string[]> => {
    const outcome = await schemaCheck({ ...schema }, value);
    return outcome.kind === 'checked' ? outcome.problems.map((problem) => JSON.stringify(problem)) : [outcome.kind];
  };
  return async (one) => {
    const sent = world.request(one);
    const what = lookUp(operations, sent.method, sent.target);
    const isTelling = what.kind === 'operation' && what.operation.id === tellsValues;
    const canaries = isTelling ? [] : world.canaries;
    try {
      const answer = await world.send(sent);
      if (what.kind === 'operation' && sent.method !== 'HEAD')
        note(what.operation.id, { status: answer.status, by: one.by });
      const faults = await faultsOf({ method: sent.method, what, answer, canaries, check });
      return faults.map((fault) => `${fault}: ${answer.status} ${answer.text.slice(0, 500)} to ${shown(sent)}`);
    } catch (error) {
      return [`no answer (${String(error)}) to ${shown(sent)}`];
    }
  };
}
