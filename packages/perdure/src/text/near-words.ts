/** Words that may have been meant. Pure. */

/** The one of `words` that differs least from `word`, where that is by slips of the pen. */
export function nearestWord(word: string, words: readonly string[]): string | undefined {
  const mostSlips = Math.max(1, Math.floor(word.length / 3));
  const [nearest] = words
    .map((each) => ({ each, slips: editDistance(word, each) }))
    .filter(({ slips }) => slips <= mostSlips)
    .toSorted((one, other) => one.slips - other.slips);
  return nearest?.each;
}

/** Letters to insert, remove or replace (Levenshtein). */
export function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 0; at < one.length; at += 1) {
    const next = [at + 1];
    for (let to = 0; to < other.length; to += 1) {
      const replaced = (row[to] ?? 0) + (one[at] === other[to] ? 0 : 1);
      next.push(Math.min(replaced, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
