/**
 * What in the notes of a task is a secret. Clients send JSON with keys in it (`sesameApiKey`, `llmApiKey`), people
 * write as they like. It is guessed by names and by forms, and rather too often than too seldom: what was taken for one
 * is read all the same by who has the task to do, and one that was passed over would be read by everybody.
 *
 * Nothing here is a promise of the vault: a secret that looks like none, under a name that tells nothing, stays.
 */

import { jsonLiterals, type JsonLiteral } from './json-literals.ts';

/** A secret in a text. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
  /** What it is known by: a word of its name, or `secret`. */
  readonly name: string;
  /** A number of JSON: its reference is a string, and so has quotes. */
  readonly isNumber: boolean;
}

export function findSecrets(text: string): readonly SecretSpan[] {
  return isJsonTree(text) ? secretsOfJson(text) : secretsOfText(text);
}

function isJsonTree(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Names of secrets, written as they are: letters and digits alone, lower case. */
const secretName =
  /(?:(?:api|access|secret|private|signing|encryption|ssh|auth|master|license|service|account|deploy)key|token|secret|password|passwd|passphrase|passcode|credential|cookie)s?$|^(?:pwd|pin|pat|otp|auth|authorization|bearer|dsn|creds?|key|keys)$/;

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
const isSecretName = (name: string): boolean => secretName.test(plain(name).slice(-40));

/** Words by which others say where a secret is. */
const elsewhere = /^(?:vault:\S+|env:[A-Za-z_]\w*|\$\{?[A-Za-z_]\w*\}?|\{\{[^{}]{1,100}\}\})$/;
const isEmpty = (value: string): boolean => value.trim() === '' || elsewhere.test(value);

/** Bare `key` also names the columns of a table: only what could be one counts. */
const shortestKey = 12;

function secretsOfJson(text: string): readonly SecretSpan[] {
  return jsonLiterals(text, isSecretName).flatMap((literal) => {
    const name = secretNameOf(literal);
    return name === undefined ? [] : [spanOf(literal, name)];
  });
}

/** Undefined: it is none. */
function secretNameOf({ kind, value, under, name = '' }: JsonLiteral): string | undefined {
  if (isEmpty(value)) return undefined;
  if (kind === 'key') return findSecrets(value).length > 0 ? anonymous : undefined;
  if (under !== undefined && isNamedSecret(kind, value, under)) return fieldName(under);
  return kind === 'string' && findSecrets(value).length > 0 ? fieldName(name) : undefined;
}

function isNamedSecret(kind: JsonLiteral['kind'], value: string, name: string): boolean {
  const word = plain(name);
  // `maxTokens: 4096` counts some.
  if (kind === 'number') return !word.endsWith('s');
  return !/^keys?$/.test(word) || (value.length >= shortestKey && !/\s/.test(value));
}

function spanOf({ kind, start, end }: JsonLiteral, name: string): SecretSpan {
  return { start, end, name, isNumber: kind === 'number' };
}

const anonymous = 'secret';

/** As a field of a vault may be called, and no more than a word of it. */
function fieldName(name: string): string {
  if (findSecrets(name).length > 0) return anonymous;
  const word = name.replaceAll(/[^A-Za-z0-9_]/g, '_').slice(0, 40);
  return /^[A-Za-z_]/.test(word) ? word : anonymous;
}

/**
 * Forms by which issuers mark their keys, private keys, and passwords in addresses. Each begins at a mark of its own,
 * so that no text makes them look at all of it again and again.
 */
const knownForms: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
  /\b[sr]k[-_][\w-]{12,}/g,
  /\bgh[opsur]_\w{16,}|\bgithub_pat_\w{16,}|\bglpat-[\w-]{16,}/g,
  /\bA(?:KIA|SIA)[0-9A-Z]{16}\b/g,
  /\bxox[a-z]-[\w-]{10,}|\bAIza[\w-]{30,}|\b(?:npm|hf|whsec)_\w{20,}|\bpypi-[\w-]{30,}|\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]{8,})?/g,
  /(?<=\bhooks\.slack\.com\/services\/)[\w/]{10,}/g,
  /(?<=:\/\/[^/@\s:]{0,100}:)[^/@\s]{1,500}(?=@)/g,
  /(?<=\b(?:Bearer|Basic) {1,4})(?=\S{0,100}[\d=])[\w.~+/=-]{12,}/gi,
];

/** `token: …`, `API_KEY=…`: to the end of the quotes or of the line. */
const assigned =
  /(api[-_ ]?key|access[-_ ]?key|secret[-_ ]?key|private[-_ ]?key|token|secret|password|passwd|passphrase|passcode|pwd)s?["'`]?[ \t]{0,8}[:=]>?[ \t]{0,8}(?:"((?:[^"\\\n]|\\.)+)"?|'([^'\n]+)'?|`([^`\n]+)`?|([^\s"'`,;][^\n,;]*))/gi;
/** `the password is hunter2`, and not `the password is known`. */
const told =
  /(token|secret|password|passwd|passphrase|passcode|pwd)[ \t]is[ \t]{1,8}["'`]?(?=\S{0,100}[\d@#$%^&*!])([^\s"'`,;]{4,})/gi;

/** A run of letters and digits that nobody has written by hand. */
const longRun = /[\w+=-]{32,}/g;

function isUnguessable(run: string): boolean {
  const digits = run.match(/\d/g)?.length ?? 0;
  return digits >= 3 && /[a-z]/.test(run) && /[A-Z]/.test(run);
}

function secretsOfText(text: string): readonly SecretSpan[] {
  const found: SecretSpan[] = [];
  for (const form of knownForms) {
    for (const match of text.matchAll(form)) found.push(spanAt(match.index, match[0], anonymous));
  }
  for (const match of [...text.matchAll(assigned), ...text.matchAll(told)]) {
    const value = match.slice(2).find((group) => group !== undefined) ?? '';
    if (/^(?:vault|env):/.test(value) || isEmpty(value)) continue;
    const start = match.index + match[0].lastIndexOf(value);
    found.push(spanAt(start, value.trimEnd(), match[1] ?? anonymous));
  }
  for (const match of text.matchAll(longRun)) {
    if (isUnguessable(match[0])) found.push(spanAt(match.index, match[0], anonymous));
  }
  return merged(found);
}

function spanAt(start: number, value: string, name: string): SecretSpan {
  const field = name.replaceAll(/[^A-Za-z]/g, '_');
  return { start, end: start + value.length, name: field, isNumber: false };
}

/** What overlaps is one, known by the name that tells more. */
function merged(spans: readonly SecretSpan[]): readonly SecretSpan[] {
  const whole: SecretSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = whole.at(-1);
    if (last === undefined || span.start >= last.end) {
      whole.push(span);
      continue;
    }
    const name = last.name === anonymous ? span.name : last.name;
    whole[whole.length - 1] = { ...last, name, end: Math.max(last.end, span.end) };
  }
  return whole;
}
