/**
 * The seed of a property test: one that stays the same, so that a red gate tells of the change and not of the dice;
 * `PERDURE_SEED=random` looks for new faults, `PERDURE_SEED=<seed>` repeats what was found.
 */
export function propertySeed(usual: number): number {
  const wanted = process.env['PERDURE_SEED'];
  if (wanted === undefined) return usual;
  if (wanted === 'random') return Date.now() % 2 ** 31;
  const seed = Number(wanted);
  if (Number.isSafeInteger(seed)) return seed;
  throw new Error(`PERDURE_SEED is ${JSON.stringify(wanted)}; give a whole number, or "random".`);
}
