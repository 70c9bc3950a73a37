/**
 * A bound for the import of a file that somebody wrote. One that waits at its top level for what does not come is given
 * up; one that holds the loop is stopped by a thread beside it, through Node's own debugger, within this process and
 * without a port; one that would end the process is told that it may not. The others are loaded whatever such a file
 * was about to do.
 *
 * Surprise: a loop that was stopped is not thrown out of its file, so no `catch` in there sees it; its import is
 * pending for ever, and the bound is what ends it here.
 */

import { Worker } from 'node:worker_threads';

/** Longer than any package takes to load on a slow machine, and short enough for several such files in one start. */
export const importWithinMs = 10_000;

/** Shared with the thread: whether an import is open, a beat of the loop, and whether the thread has stopped it. */
export const limitCells = { isOpen: 0, beat: 1, isStopped: 2 } as const;

export interface ImportLimitData {
  readonly memory: SharedArrayBuffer;
  readonly lookEveryMs: number;
  /** Looks in a row that find the loop where it was, before it is stopped. */
  readonly patience: number;
}

/** Looks of the thread within the bound. */
const looks = 10;

export class ImportLimit {
  readonly #withinMs: number;
  readonly #cells = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
  #thread: Worker | undefined;

  constructor(withinMs = importWithinMs) {
    this.#withinMs = withinMs;
  }

  /** One import at a time. Rejects where it does not end, with a clause that says why. */
  async run<T>(load: () => Promise<T>): Promise<T> {
    this.#thread ??= this.#watch();
    Atomics.store(this.#cells, limitCells.isStopped, 0);
    Atomics.store(this.#cells, limitCells.isOpen, 1);
    const tooLong = Promise.withResolvers<never>();
    const bound = setTimeout(() => tooLong.reject(new Error(this.#reason)), this.#withinMs);
    const beat = setInterval(() => Atomics.add(this.#cells, limitCells.beat, 1), this.#withinMs / looks / 2);
    const mayEnd = forbidExit();
    try {
      return await Promise.race([load(), tooLong.promise]);
    } finally {
      mayEnd();
      clearInterval(beat);
      clearTimeout(bound);
      Atomics.store(this.#cells, limitCells.isOpen, 0);
    }
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
    this.#thread = undefined;
  }

  get #reason(): string {
    const seconds = this.#withinMs / 1_000;
    return Atomics.load(this.#cells, limitCells.isStopped) === 1
      ? `it held the process for ${seconds} s while it was imported; look for a loop without an end outside of its functions`
      : `its import did not end within ${seconds} s; do not await at its top level what may not come (a connection, say), do so inside \`run\``;
  }

  #watch(): Worker {
    const file = `./import-limit-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;
    const memory = this.#cells.buffer;
    const data: ImportLimitData = { memory, lookEveryMs: this.#withinMs / looks, patience: looks - 1 };
    const thread = new Worker(new URL(file, import.meta.url), { workerData: data, env: {}, execArgv: [] });
    thread.unref();
    // Without it all goes on; a loop without an end is then killed with the process.
    thread.on('error', () => undefined);
    return thread;
  }
}

/** Until the returned function is called, whoever ends the process gets an error instead. */
function forbidExit(): () => void {
  const exit = process.exit.bind(process);
  process.exit = () => {
    throw new Error('it calls process.exit() while it is imported');
  };
  return () => {
    process.exit = exit;
  };
}
