/**
 * Secrets in what is no JSON: lines of files, commands, prose. Each pattern begins at a mark of its own and goes no
 * further than it says, so that no text makes it look at all of it again and again.
 */

import { isElsewhere, secretWord } from './secret-names.ts';

/** Where one stands, and by which word it is known. */
export interface FoundSecret {
  readonly start: number;
  readonly value: string;
  readonly word: string | undefined;
}

/** Forms by which issuers mark their keys, private keys, and passwords in addresses. */
const knownForms: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
  /\b[sr]k[-_][\w-]{12,}/g,
  /\bgh[opsur]_\w{16,}|\bgithub_pat_\w{16,}|\bglpat-[\w-]{16,}/g,
  /\bA(?:KIA|SIA)[0-9A-Z]{16}\b/g,
  /\bxox[a-z]-[\w-]{10,}|\bAIza[\w-]{30,}|\b(?:npm|hf|whsec)_\w{20,}|\bpypi-[\w-]{30,}|\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]{8,})?/g,
  /(?<=\bhooks\.slack\.com\/services\/)[\w/]{10,}/g,
  /(?<=\/api\/webhooks\/\d{1,30}\/)[\w-]{16,}/g,
  /(?<=:\/\/[^/@\s:]{0,100}:)[^/@\s]{1,500}(?=@)/g,
  /(?<=:\/\/)(?=[^/@\s:]{0,100}\d)[^/@\s:]{8,100}(?=@)/g,
  /(?<=[?&](?:sig|signature|key|code|auth|pass)=)[^&#\s"'<>]{8,500}/gi,
  /(?<=\b(?:Bearer|Basic) {1,4})(?=\S{0,100}[\d=])[\w.~+/=-]{12,}/gi,
  /(?<=(?:^|\s)(?:-u|--user)[= ]["']?[^\s:"']{1,100}:)[^\s"']{1,500}/g,
  /(?<=\bidentified by ["'])[^"'\n]{1,500}/gi,
  /(?<=^[\w.-]{1,100}:\d{2,5}:[^:\s]{1,100}:[^:\s]{1,100}:)\S{1,500}$/gm,
];

/** With a digit or a sign in it: a word of a sentence has none. */
const noPlainWord = String.raw`(?=\S{0,100}[\d@#$%^&*!])`;
const word = `(?<word>${secretWord})`;
const quote = '\\\\{0,3}["\'`]?';

const patternOf = (source: string): RegExp => new RegExp(source, 'dgiu');

const told: readonly RegExp[] = [
  // `token: …`, `API_KEY=…`: to the end of the quotes or of the line.
  patternOf(
    `${word}${quote}[ \\t]{0,8}[:=：]>?[ \\t]{0,8}(?:"""(?<long>[^"]{1,5000})|"(?<double>(?:[^"\\\\\\n]|\\\\.)+)"?|'(?<single>[^'\\n]+)'?|\`(?<back>[^\`\\n]+)\`?|(?<bare>(?![|>][-+]?[ \\t]{0,8}[\\r\\n])[^\\s"'\`,;](?:[^\\n,;]|[,;](?=\\S))*))`,
  ),
  // The same, and its value begins in the next line.
  patternOf(
    `${word}${quote}[ \\t]{0,8}[:=：][ \\t]{0,8}[|>][-+]?[ \\t]{0,8}\\r?(?<block>(?:\\n[ \\t]{1,40}[^\\n]{1,5000}){1,200})`,
  ),
  patternOf(`${word}${quote}[ \\t]{0,8}[:=：][ \\t]{0,8}\\r?\\n[ \\t]{0,40}${noPlainWord}(?<next>\\S{4,500})(?=\\s|$)`),
  // `the password is hunter2`, `password -> hunter2`, and not `the password is known`.
  patternOf(
    `${word}["'\`]?[ \\t]{0,4}(?:\\b(?:is|was|ist|lautet)\\b|[=-]>|→|[-–—|])[ \\t:|]{0,8}["'\`]?${noPlainWord}(?<said>\\S{4,500})`,
  ),
  // `--token hunter2`, `password hunter2`, `<apiKey>hunter2</apiKey>`.
  patternOf(`${word}["'\`]?[ \\t]{1,8}["'\`]?(?=\\S{0,100}\\d)(?=\\S{0,100}[a-z])(?<behind>\\S{8,500})`),
  patternOf(`${word}>(?<inside>[^<\\n]{1,500})<`),
  patternOf(`\\b(?<word>key)[ \\t]{0,4}(?:is|=|:)[ \\t]{1,4}["'\`]?(?=\\S{0,100}\\d)(?<mere>\\S{12,500})`),
];

/** A run of letters and digits that nobody has written by hand. */
const longRun = /[\w+=-]{32,}/g;

function isUnguessable(run: string): boolean {
  const digits = run.match(/\d/g)?.length ?? 0;
  return digits >= 3 && /[a-z]/.test(run) && /[A-Z]/.test(run);
}

export function secretsInText(text: string): readonly FoundSecret[] {
  const marked = knownForms.flatMap((form) =>
    [...text.matchAll(form)].map((match) => ({ start: match.index, value: match[0], word: undefined })),
  );
  const named = told.flatMap((pattern) => [...text.matchAll(pattern)].flatMap(valueIn));
  const runs = [...text.matchAll(longRun)]
    .filter(([run]) => isUnguessable(run))
    .map((match) => ({ start: match.index, value: match[0], word: undefined }));
  return [...marked, ...named, ...runs];
}

/** The group that has matched, but for the word itself. */
function valueIn({ groups = {}, indices }: RegExpMatchArray): readonly FoundSecret[] {
  const found = Object.entries(groups).find(([name, value]) => name !== 'word' && value !== undefined);
  if (found === undefined) return [];
  const [name, whole] = found;
  const value = whole.trim().replace(/[,;|"'`]+$/, '');
  const [first = ''] = value.split(/\s/, 1);
  const start = (indices?.groups?.[name]?.[0] ?? 0) + whole.indexOf(value);
  if (isElsewhere(value) || isElsewhere(first)) return [];
  return [{ start, value, word: groups['word'] }];
}
