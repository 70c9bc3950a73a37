/** The end of what a server sent, kept for the person who looks for the reason of an error. */

import { withoutSecrets } from './words.ts';

const kept = 2_000;

export class Tail {
  #pieces: string[] = [];
  #length = 0;

  add(text: string): void {
    this.#pieces.push(text.length > kept ? text.slice(-kept) : text);
    this.#length += text.length;
    if (this.#pieces.length < 64 && this.#length < 4 * kept) return;
    const joined = this.#pieces.join('').slice(-kept);
    this.#pieces = [joined];
    this.#length = joined.length;
  }

  /** At most 2,000 characters. `secrets`: what must not appear, not even the end of one that lies before them. */
  read(secrets: readonly string[]): string {
    const text = this.#pieces.join('').slice(-kept);
    const begun = Math.max(0, ...secrets.map((secret) => endOf(secret, text)));
    return withoutSecrets(text.slice(begun), secrets).toWellFormed();
  }
}

/** How much of the end of `secret` the text begins with. */
function endOf(secret: string, text: string): number {
  for (let length = secret.length - 1; length > 0; length -= 1)
    if (text.startsWith(secret.slice(-length))) return length;
  return 0;
}
