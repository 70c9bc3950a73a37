/** Memory that the loop and the thread beside it share: a beat, and whose code was entered last. */

import type { LoopOccupant } from '@perdure/runs';

const beatBytes = Int32Array.BYTES_PER_ELEMENT;
const textBytes = 1_024;

export class LoopMark {
  readonly memory: SharedArrayBuffer;
  readonly #beat: Int32Array;
  readonly #text: Uint8Array;
  readonly #encoder = new TextEncoder();

  constructor(memory = new SharedArrayBuffer(2 * beatBytes + textBytes)) {
    this.memory = memory;
    this.#beat = new Int32Array(memory, 0, 2);
    this.#text = new Uint8Array(memory, 2 * beatBytes);
  }

  /** Told by the loop, while it turns. */
  tick(): void {
    Atomics.add(this.#beat, 0, 1);
  }

  get beat(): number {
    return Atomics.load(this.#beat, 0);
  }

  enter({ runId, at }: LoopOccupant): void {
    const { written } = this.#encoder.encodeInto(`${runId} ${at}`, this.#text);
    Atomics.store(this.#beat, 1, written);
  }

  /** Undefined where nobody's code was entered, or the text was read in the middle of a change. */
  get entered(): LoopOccupant | undefined {
    const text = new TextDecoder().decode(this.#text.slice(0, Atomics.load(this.#beat, 1)));
    const [, runId, at] = /^([\da-f-]{36}) (.*)$/.exec(text) ?? [];
    return runId === undefined || at === undefined ? undefined : { runId, at };
  }
}
