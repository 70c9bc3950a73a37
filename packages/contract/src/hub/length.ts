/** How long a message may be, apart from the schemas: whoever only has to count loads nothing for it. */

/** Characters of a message, counted as Unicode code points. */
export const maxContentLength = 10_000;

/** Unicode code points in a text. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _point of text) count += 1;
  return count;
}
