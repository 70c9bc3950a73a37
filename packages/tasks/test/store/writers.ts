/** Four processes that write tasks and their readable copies. One that has died is replaced by another. */

import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Order } from './fixtures/mortal-desk.ts';
import { spawnFixture, type Process, type Fact } from './support.ts';

const patienceMs = 30_000;

export class Writers implements Disposable {
  readonly #start: () => Writer;
  readonly #writers: Writer[];

  constructor(database: string, folder: string) {
    // Most of the time goes into starting processes.
    const env = { NODE_COMPILE_CACHE: join(dirname(database), 'compiled') };
    this.#start = () => new Writer(spawnFixture('mortal-desk.ts', [database, folder], env));
    this.#writers = Array.from({ length: 4 }, this.#start);
  }

  /**
   * The order goes to the writer of that number; answers what was acknowledged, and whether the writer lived to say
   * that it is done.
   */
  async give(
    n: number,
    order: Order,
  ): Promise<{ readonly acknowledged: readonly string[]; readonly isAlive: boolean }> {
    const writer = this.#writers[n] as Writer;
    const answer = await writer.give(order);
    if (!answer.isAlive) this.#writers[n] = this.#start();
    return answer;
  }

  [Symbol.dispose](): void {
    for (const writer of this.#writers) writer.process.signal('SIGKILL');
  }
}

class Writer {
  readonly process: Process;
  #isGone = false;
  /** The next fact that has not been heard; the first one is that it is ready. */
  #heard = 1;

  constructor(process: Process) {
    this.process = process;
    void process.exited.then(() => (this.#isGone = true));
  }

  async give(order: Order) {
    this.process.say(JSON.stringify(order));
    const facts = (): readonly Fact[] => this.process.told.slice(this.#heard);
    const deadline = performance.now() + patienceMs;
    while (!this.#isGone && facts().length < 2) {
      if (performance.now() > deadline) throw new Error(`no answer to ${JSON.stringify(order)}`);
      await delay(1);
    }
    const [acknowledgement, done] = facts();
    this.#heard += 2;
    const acknowledged = (acknowledgement?.['acknowledged'] ?? []) as readonly string[];
    return { acknowledged, isAlive: done !== undefined };
  }
}
