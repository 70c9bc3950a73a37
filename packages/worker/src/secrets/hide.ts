/**
 * Takes secrets out of what is recorded or logged, in the forms in which code usually passes them on: as they are, in
 * JSON, in a URL, in hexadecimal, in Base64 wherever in a longer text they stood. What code makes of a secret beyond
 * that, a half of it or a hash, is not known again.
 */

/** A secret under the name that takes its place. */
export interface Hidden {
  readonly name: string;
  readonly value: string;
}

/** So few characters stand in many a text by chance: they are hidden where they are the whole of one. */
const shortest = 4;
/** From here on also in other forms, and where a long text was cut in the middle of it. */
const longEnough = 8;

interface Form {
  readonly text: string;
  readonly mark: string;
}

/** A function that takes them out of a text, or of all texts, names and numbers of JSON. */
export function hiding(secrets: readonly Hidden[]): <T>(value: T) => T {
  const forms = secrets
    .flatMap(({ name, value }) => formsOf(value).map((text) => ({ text, mark: `[secret ${name}]` })))
    // The longer first: one secret may be part of another.
    .toSorted((a, b) => b.text.length - a.text.length);
  const inText = (text: string): string => {
    let clean = text;
    for (const form of forms) clean = without(clean, form);
    return clean;
  };
  return <T>(value: T): T => (forms.length === 0 ? value : (inJson(value, inText) as T));
}

function without(text: string, { text: secret, mark }: Form): string {
  if (text === secret) return mark;
  if (secret.length < shortest) return text;
  const clean = text.replaceAll(secret, () => mark);
  return secret.length < longEnough ? clean : withoutCut(clean, secret, mark);
}

const cut = / … \(\d+ characters in all\) … /;

/** A long text was shortened in its middle, maybe in the middle of a secret. */
function withoutCut(text: string, secret: string, mark: string): string {
  const gap = cut.exec(text);
  if (gap === null) return text;
  const head = text.slice(0, gap.index);
  const tail = text.slice(gap.index + gap[0].length);
  const lengths = Array.from({ length: secret.length - shortest }, (_, n) => secret.length - 1 - n);
  const before = lengths.find((length) => head.endsWith(secret.slice(0, length)));
  const behind = lengths.find((length) => tail.startsWith(secret.slice(-length)));
  const first = before === undefined ? head : `${head.slice(0, -before)}${mark}`;
  return `${first}${gap[0]}${behind === undefined ? tail : `${mark}${tail.slice(behind)}`}`;
}

function inJson(value: unknown, inText: (text: string) => string): unknown {
  if (typeof value === 'string') return inText(value);
  if (typeof value === 'number') {
    const text = String(value);
    const clean = inText(text);
    return clean === text ? value : clean;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => inJson(each, inText));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [inText(name), inJson(each, inText)]));
}

function formsOf(value: string): readonly string[] {
  if (value === '') return [];
  const written = [value, JSON.stringify(value).slice(1, -1)];
  if (value.length < longEnough) return [...new Set(written)];
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const lines = value.split(/\r?\n/).filter((line) => line.length >= longEnough * 2 && line !== value);
  const forms = [
    ...written,
    encodeURIComponent(value.toWellFormed()),
    hex,
    hex.toUpperCase(),
    ...base64Of(bytes),
    // Of what has several, such as a private key, each that says something.
    ...lines.filter((line) => !line.startsWith('-----')),
  ];
  return [...new Set(forms)];
}

/** In Base64 it looks different by where it began, in three ways; what its neighbours have a part in is left out. */
function base64Of(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const begin = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    const own = text.slice(begin, end);
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
