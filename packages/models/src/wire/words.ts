/** What a server said, fit to be shown: short, on one line, without secrets. */

const longest = 300;

/** Forms of keys and tokens, wherever they were repeated from. */
const secrets: readonly RegExp[] = [
  /\b(?:sk|pk|rk|gsk|xai|hf|AIza|ghp|key)[-_][\w-]{8,}/g,
  /\bAIza[\w-]{20,}/g,
  /\beyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]+)?/g,
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]{6,}/gi,
];

/** `known`: texts that must not appear, such as the key and the values of headers that were sent. */
export function withoutSecrets(text: string, known: readonly string[]): string {
  let clean = text;
  for (const secret of known) {
    // A short one would blot out half the text, and protects nothing.
    if (secret.length >= 6) clean = clean.replaceAll(secret, '•••');
  }
  for (const pattern of secrets) clean = clean.replaceAll(pattern, '•••');
  return clean;
}

/** So many characters in a row, as they stand in what was asked, are a quote of it. */
const quote = 24;

/** Servers like to repeat what they were asked, and an error is shown to more people than a prompt. */
function withoutQuotes(text: string, asked: string): string {
  let clean = '';
  for (let at = 0; at < text.length;) {
    let length = quote;
    if (at + length > text.length || !asked.includes(text.slice(at, at + length))) {
      clean += text[at];
      at += 1;
      continue;
    }
    while (at + length < text.length && asked.includes(text.slice(at, at + length + 1))) length += 1;
    clean += '…';
    at += length;
  }
  return clean;
}

export interface WordsContext {
  /** What must not appear. */
  readonly secrets: readonly string[];
  /** What was asked: quotes of it are left out. */
  readonly asked: string;
}

/** One line of at most 300 characters; undefined where nothing was said. */
export function wordsOf(text: string | undefined, { secrets, asked }: WordsContext): string | undefined {
  if (text === undefined) return undefined;
  const line = withoutQuotes(withoutSecrets(text.slice(0, 4 * longest), secrets), asked)
    // oxlint-disable-next-line no-control-regex -- what a terminal would obey
    .replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028\u2029\s]+/g, ' ')
    .trim()
    .toWellFormed();
  if (line === '') return undefined;
  return line.length <= longest ? line : `${line.slice(0, longest).toWellFormed()}…`;
}
