/** A long text as messages that the hub takes: at most so many characters each, cut where a reader would. */

/** Unicode code points of a message. */
export const longest = 10_000;

/**
 * @param {string} text
 * @returns {readonly string[]} none of them blank
 */
export function piecesOf(text, most = longest) {
  const pieces = [];
  for (let rest = Array.from(text); rest.length > 0;) {
    if (rest.length <= most) {
      pieces.push(rest.join(''));
      break;
    }
    const head = rest.slice(0, most);
    // Half a message at least: one that has its only line break near the beginning is cut in a line.
    const cut = Math.max(head.lastIndexOf('\n'), head.lastIndexOf(' '));
    const length = cut > most / 2 ? cut + 1 : most;
    pieces.push(rest.slice(0, length).join(''));
    rest = rest.slice(length);
  }
  return pieces.filter((piece) => piece.trim() !== '');
}
