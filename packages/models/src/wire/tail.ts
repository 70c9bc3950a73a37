/** The end of what a server sent, kept for the person who looks for the reason of an error. */

import { withoutSecrets } from './words.ts';

const kept = 2_000;
/** More than any key has characters: one that is cut in two at the beginning lies before what is shown. */
const margin = 1_000;
const held = kept + margin;

export class Tail {
  #pieces: string[] = [];
  #length = 0;

  add(text: string): void {
    this.#pieces.push(text.length > held ? text.slice(-held) : text);
    this.#length += text.length;
    if (this.#pieces.length < 64 && this.#length < 4 * held) return;
    const joined = this.#pieces.join('').slice(-held);
    this.#pieces = [joined];
    this.#length = joined.length;
  }

  /** At most 2,000 characters. */
  read(known: readonly string[]): string {
    return withoutSecrets(this.#pieces.join(''), known).slice(-kept).toWellFormed();
  }
}
