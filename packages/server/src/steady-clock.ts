/**
 * The time, for what ends by it: however the clock of the machine is set while this process lives, it is never behind
 * what has passed since the start. It is ahead for as long as the machine is.
 */
export function steadyClock(
  wall: () => number = Date.now,
  /** Milliseconds that pass whatever is set. */
  passed: () => number = () => performance.now(),
): () => number {
  const start = wall() - passed();
  return () => Math.max(wall(), Math.floor(start + passed()));
}
