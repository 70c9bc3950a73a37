/**
 * A thread that checks, from outside: asked one thing at a time, ended when that takes too long.
 *
 * Surprise: time is counted in ticks of this process. One that was frozen, or whose machine slept, has not waited.
 */

import { Worker } from 'node:worker_threads';
import type { ThreadMessage } from './messages.ts';
import type { CheckProblem } from './outcome.ts';

export interface ThreadLimits {
  /** Of one check, in milliseconds. */
  readonly timeMs: number;
  /** What a thread may hold, in megabytes. */
  readonly memoryMb: number;
}

export type ThreadAnswer =
  | { readonly kind: 'ended'; readonly problems: readonly CheckProblem[] }
  | { readonly kind: 'failed'; readonly why: string }
  /** The thread is gone. `pattern`: the regular expression that was at work. */
  | { readonly kind: 'out_of_time'; readonly pattern: string | undefined }
  | { readonly kind: 'out_of_memory' };

export interface CheckThread {
  /** Resolves, however the check ends. Not asked again before it has answered. */
  ask(schema: string, value: string): Promise<ThreadAnswer>;
  /** False: it has ended, and takes no question. */
  readonly isAlive: boolean;
  close(): Promise<void>;
}

const ticks = 8;
/** How much longer a thread may take to start, compile the schema and read the value. */
const preparation = 10;

export function startThread({ timeMs, memoryMb }: ThreadLimits): CheckThread {
  const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const atWork = new Int32Array(shared);
  const entry = new URL(`./check-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
  const thread = new Worker(entry, {
    workerData: { atWork: shared },
    // Nothing of our environment: it holds keys.
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  thread.unref();
  let isAlive = true;
  let id = 0;
  let hear: ((message: ThreadMessage) => void) | undefined;
  let hearEnd: ((why: unknown) => void) | undefined;
  const end = (why: unknown): void => {
    isAlive = false;
    hearEnd?.(why);
  };
  thread.on('message', (message: ThreadMessage) => hear?.(message));
  thread.on('error', end);
  thread.on('exit', end);

  return {
    get isAlive() {
      return isAlive;
    },
    async ask(schema, value) {
      id += 1;
      const { promise, resolve } = Promise.withResolvers<ThreadAnswer>();
      let patterns: readonly string[] = [];
      let left = ticks * preparation;
      const clock = setInterval(() => {
        left -= 1;
        if (left > 0) return;
        isAlive = false;
        resolve({ kind: 'out_of_time', pattern: patterns[Atomics.load(atWork, 0) - 1] });
      }, timeMs / ticks);
      hear = (message) => {
        if (message.id !== id) return;
        if (message.kind !== 'begun') return resolve(message);
        patterns = message.patterns;
        left = ticks;
      };
      hearEnd = (why) => {
        const isMemory = (why as Partial<NodeJS.ErrnoException> | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
        resolve(isMemory ? { kind: 'out_of_memory' } : { kind: 'failed', why: `the thread ended: ${String(why)}` });
      };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      thread.postMessage({ id, schema, value });
      const answer = await promise;
      clearInterval(clock);
      if (!isAlive) void thread.terminate();
      return answer;
    },
    close: async () => void (await thread.terminate()),
  };
}
