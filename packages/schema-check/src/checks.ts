/**
 * Checks of one process. What is certain to be short is done on the spot; all else in one of two threads, each ended
 * when its check goes over the time, and started again by the next one that needs it.
 */

import type { ValidateFunction } from 'ajv/dist/2020.js';
import { compileSchema } from './compile.ts';
import { deepest, isPlain, largestSize, sizeOf } from './effort.ts';
import { nextCheck } from './lanes.ts';
import { mostProblems } from './messages.ts';
import type { CheckOutcome, JsonSchema, SchemaCheck } from './outcome.ts';
import { fieldOfPattern } from './pattern-field.ts';
import { startThread, type CheckThread, type ThreadAnswer } from './thread.ts';

export interface CheckLimits {
  /** Of one check, in milliseconds; default 2,000: a thousand times what a whole answer takes. */
  readonly timeMs?: number;
  /** Of one thread, in megabytes; default 512. */
  readonly memoryMb?: number;
}

export interface SchemaChecks {
  readonly check: SchemaCheck;
  /** Ends the threads; checks under way are told that they failed. */
  close(): Promise<void>;
}

const maxThreads = 2;
const mostKept = 200;

export function createSchemaChecks({ timeMs = 2_000, memoryMb = 512 }: CheckLimits = {}): SchemaChecks {
  const kept = new Map<string, KnownSchema>();
  const pool = new Pool(() => startThread({ timeMs, memoryMb }));
  const known = (text: string, schema: JsonSchema): KnownSchema => {
    const found = kept.get(text) ?? new KnownSchema(schema);
    kept.delete(text);
    kept.set(text, found);
    if (kept.size > mostKept) kept.delete(kept.keys().next().value ?? '');
    return found;
  };
  return {
    async check(schema, value) {
      const size = sizeOf(value);
      if (size === 'too_deep') return { kind: 'unchecked', for: 'depth', limit: deepest };
      if (size === 'too_large') return { kind: 'unchecked', for: 'size', limit: largestSize };
      const text = JSON.stringify(schema);
      const { plain } = known(text, schema);
      if (plain !== undefined && size === 'small') return checkedHere(plain, value);
      const answer = await pool.ask(text, JSON.stringify(value) ?? 'null');
      return outcomeOf(answer, schema, { timeMs, memoryMb });
    },
    close: async () => await pool.close(),
  };
}

/** What is known of a schema without looking at a value. */
class KnownSchema {
  readonly #schema: JsonSchema;
  readonly #isPlain: boolean;
  #compiled: ValidateFunction | undefined;

  constructor(schema: JsonSchema) {
    this.#schema = schema;
    this.#isPlain = isPlain(schema);
  }

  /** Undefined where it may take long. */
  get plain(): ValidateFunction | undefined {
    if (!this.#isPlain) return undefined;
    this.#compiled ??= compileSchema(this.#schema);
    return this.#compiled;
  }
}

function checkedHere(validate: ValidateFunction, value: unknown): CheckOutcome {
  const problems = validate(value) ? [] : (validate.errors ?? []).slice(0, mostProblems);
  return { kind: 'checked', problems };
}

function outcomeOf(answer: ThreadAnswer, schema: JsonSchema, limits: Required<CheckLimits>): CheckOutcome {
  switch (answer.kind) {
    case 'ended':
      return { kind: 'checked', problems: answer.problems };
    case 'out_of_memory':
      return { kind: 'unchecked', for: 'memory', limit: limits.memoryMb * 1024 * 1024 };
    case 'out_of_time': {
      const { pattern: text } = answer;
      const pattern = text === undefined ? {} : { pattern: { text, field: fieldOfPattern(schema, text) } };
      return { kind: 'unchecked', for: 'time', limit: limits.timeMs, ...pattern };
    }
    case 'failed':
      throw new Error(`A value could not be held against its schema: ${answer.why}`);
    default:
      return answer satisfies never;
  }
}

interface Job {
  readonly schema: string;
  readonly value: string;
  readonly resolve: (answer: ThreadAnswer) => void;
}

class Pool {
  readonly #start: () => CheckThread;
  readonly #waiting: Job[] = [];
  /** Each thread with the schema that it checks against now; undefined while it is idle. */
  readonly #threads = new Map<CheckThread, string | undefined>();
  readonly #slow = new Set<string>();

  constructor(start: () => CheckThread) {
    this.#start = start;
  }

  async ask(schema: string, value: string): Promise<ThreadAnswer> {
    const { promise, resolve } = Promise.withResolvers<ThreadAnswer>();
    this.#waiting.push({ schema, value, resolve });
    this.#next();
    return await promise;
  }

  async close(): Promise<void> {
    for (const { resolve } of this.#waiting.splice(0)) resolve({ kind: 'failed', why: 'this process is ending' });
    await Promise.all([...this.#threads.keys()].map(async (thread) => await thread.close()));
  }

  #next(): void {
    const atWork = [...this.#threads.values()].filter((schema) => schema !== undefined);
    const lanes = { atWork, threads: maxThreads, slow: this.#slow };
    const index = nextCheck(
      this.#waiting.map(({ schema }) => schema),
      lanes,
    );
    const [job] = index === undefined ? [] : this.#waiting.splice(index, 1);
    if (job !== undefined) void this.#work(job);
  }

  async #work({ schema, value, resolve }: Job): Promise<void> {
    for (const thread of this.#threads.keys()) if (!thread.isAlive) this.#threads.delete(thread);
    const thread = [...this.#threads].find(([, busy]) => busy === undefined)?.[0] ?? this.#start();
    this.#threads.set(thread, schema);
    const answer = await thread.ask(schema, value);
    if (answer.kind === 'out_of_time') this.#remember(schema);
    if (thread.isAlive) this.#threads.set(thread, undefined);
    else this.#threads.delete(thread);
    resolve(answer);
    this.#next();
  }

  #remember(schema: string): void {
    this.#slow.add(schema);
    if (this.#slow.size > mostKept) this.#slow.delete(this.#slow.keys().next().value ?? '');
  }
}
