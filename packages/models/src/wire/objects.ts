/** Where a JSON object ends within a text, told by its braces: those within strings do not count. */

/** Behind the brace that closes the one at `start`; undefined where nothing closes it within `most` characters. */
export function endOfObject(text: string, start: number, most = Infinity): number | undefined {
  let depth = 0;
  let isInString = false;
  const last = Math.min(text.length, start + most);
  for (let at = start; at < last; at += 1) {
    const character = text[at];
    if (isInString && character === '\\') at += 1;
    else if (character === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (character === '{') depth += 1;
    else if (character === '}' && --depth === 0) return at + 1;
  }
  return undefined;
}
