/**
 * `instance.json` of a launcher that is up: who runs on this state root. A part that was started again has another pid.
 */

import { removeInstance, writeInstance, type HomePaths, type InstanceInfo } from '@perdure/home';

export class InstanceFile {
  readonly #paths: HomePaths;
  readonly #log: (message: string) => void;
  /** Undefined until there is something to keep up to date. */
  #describe: (() => InstanceInfo) | undefined;

  constructor(paths: HomePaths, log: (message: string) => void) {
    this.#paths = paths;
    this.#log = log;
  }

  /** Writes it for the first time, and keeps it from then on. */
  keep(describe: () => InstanceInfo): void {
    writeInstance(this.#paths, describe());
    this.#describe = describe;
  }

  /** A full disk must not take a part down that has just come up: the file then names a pid that is gone. */
  refresh(): void {
    if (this.#describe === undefined) return;
    try {
      writeInstance(this.#paths, this.#describe());
    } catch (error) {
      this.#log(`${this.#paths.instance} could not be brought up to date: ${String(error)}`);
    }
  }

  remove(): void {
    removeInstance(this.#paths);
  }
}
