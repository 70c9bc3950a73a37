/**
 * Texts that somebody else wrote (a model, a tool, a file), with what a terminal would swallow, obey or turn round
 * written as the escape that JSON has for it. Nothing is dropped: a name with a NUL in it must not read like the name
 * without.
 */

/** Orders to a terminal, line ends that are none, and what turns a line round or takes no room on it. */
const orders =
  // oxlint-disable-next-line no-control-regex -- finding them is the point
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * Besides those: all that is invisible. Some languages are written with it, so only who decides by a text is shown it:
 * joiners, fillers, blanks of Braille, selectors of variants.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\p{Variation_Selector}\u2800\u3164\uffa0]/gu;

/** For a person who reads. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(orders, unicodeEscape);
}

/** For a person who decides by it: what is not seen could be what is agreed to. Its lines stay lines. */
export function visibleText(text: string): string {
  return text.replaceAll(invisible, (character) =>
    character === '\n' || character === '\t' ? character : unicodeEscape(character),
  );
}

/** A value as JSON that reads as it is, and means the same. */
export function visibleJson(value: unknown, indent = 0): string {
  // The line breaks are those of the indentation; those inside a text are escaped already.
  return visibleText(JSON.stringify(value, null, indent) ?? 'null');
}

/** What is ours in a stream to a terminal: colours, and taking a line back. */
// oxlint-disable-next-line no-control-regex -- finding them is the point
const ours = /(\u001b\[(?:\d{1,2}m|2K)|\r)/u;

/**
 * What a stream may be given, whatever was forgotten to be made printable on the way; `isTerminal`: our own orders
 * pass. In JSON all of this stands inside of texts, where an escape means the same.
 */
export function harmless(text: string, isTerminal: boolean): string {
  if (!isTerminal) return text.replaceAll(orders, (one) => (one === '\r' ? one : unicodeEscape(one)));
  return text
    .split(ours)
    .map((part, at) => (at % 2 === 1 ? part : part.replaceAll(orders, unicodeEscape)))
    .join('');
}

function unicodeEscape(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    const unit = character.charCodeAt(at).toString(16).padStart(4, '0');
    return `\\u${unit}`;
  }).join('');
}
