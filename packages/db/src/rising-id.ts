/**
 * Ids of what is recorded, as UUIDv7: each is above all that this process has made before it, so who sorts by them has
 * them in the order in which they were made.
 *
 * Surprise: those of Node are not. Of two within one millisecond either may be the lower one, and a clock that is set
 * back makes lower ones for as long.
 */

import { randomInt, randomUUIDv7 } from 'node:crypto';

export interface IdDeps {
  readonly make: () => string;
  /** How far above another one is that would not be above it by itself: nobody can tell the next one. */
  readonly step: () => number;
}

const usual: IdDeps = { make: randomUUIDv7, step: () => randomInt(1, 2 ** 32) };

export function createIds({ make, step }: IdDeps = usual): () => string {
  let last = '';
  return () => {
    const made = make();
    last = made > last ? made : above(last, step());
    return last;
  };
}

/** One for all stores of a process. */
export const newId = createIds();

const randomBits = 72;

/** Counts up in what is random of it: behind the version, without the digit that holds the variant. */
function above(id: string, step: number): string {
  const [head, variant] = [id.slice(0, 15), id[19]];
  const random = BigInt(`0x${id.slice(15, 18)}${id.slice(20).replace('-', '')}`);
  const next = BigInt.asUintN(randomBits, random + BigInt(step))
    .toString(16)
    .padStart(randomBits / 4, '0');
  return `${head}${next.slice(0, 3)}-${variant}${next.slice(3, 6)}-${next.slice(6)}`;
}
