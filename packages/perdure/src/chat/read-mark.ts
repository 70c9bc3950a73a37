/** How far somebody has read, told to the server: one at a time, and of several only the last. */

export class ReadMark {
  readonly #tell: (seq: number) => Promise<void>;
  #wanted = 0;
  #told = 0;
  #telling: Promise<void> = Promise.resolve();
  #isTelling = false;

  constructor(tell: (seq: number) => Promise<void>) {
    this.#tell = tell;
  }

  upTo(seq: number): void {
    this.#wanted = Math.max(this.#wanted, seq);
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#telling = this.#work();
  }

  async settled(): Promise<void> {
    await this.#telling;
  }

  /** Where it cannot be told the next one tells it. */
  async #work(): Promise<void> {
    while (this.#told < this.#wanted) {
      const seq = this.#wanted;
      await this.#tell(seq).catch(() => undefined);
      this.#told = seq;
    }
    this.#isTelling = false;
  }
}
