/** Texts made shorter: what is missing is counted, never silently left out. */

export const cutMark = ' … ';

/** At most `size` characters, and how many are missing. */
export function cut(text: string, size: number): string {
  if (text.length <= size) return text;
  const kept = Math.max(0, size - `${cutMark}${text.length} more characters`.length);
  return `${text.slice(0, kept).toWellFormed()}${cutMark}${text.length - kept} more characters`;
}
