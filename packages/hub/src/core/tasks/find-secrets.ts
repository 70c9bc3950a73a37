/**
 * What in the notes of a task is a secret. Clients send JSON with keys in it (`sesameApiKey`, `llmApiKey`), people
 * write as they like. It is guessed by names and by forms, and rather too often than too seldom: what was taken for one
 * is read all the same by who has the task to do, and one that was passed over would be read by everybody.
 *
 * Nothing here is a promise of the vault: a secret that looks like none, under a name that tells nothing, stays.
 */

import { jsonLiterals, type JsonLiteral } from './json-literals.ts';
import { secretsInText } from './secret-forms.ts';
import { isElsewhere, isSecretName, plain } from './secret-names.ts';

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
  if (!/^\s*[{["]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Bare `key` also names the columns of a table: only what could be one counts. */
const shortestKey = 12;

function secretsOfJson(text: string): readonly SecretSpan[] {
  const literals = jsonLiterals(text, isSecretName);
  const paired = pairsIn(literals);
  return literals.flatMap((literal) => {
    const name = secretNameOf({ ...literal, ...paired.get(literal) });
    return name === undefined ? [] : [spanOf(literal, name)];
  });
}

/** How a name and its value stand beside each other: `{"name":"API_KEY","value":"…"}`, `["API_KEY","…"]`. */
function pairsIn(literals: readonly JsonLiteral[]): ReadonlyMap<JsonLiteral, { readonly under: string }> {
  const paired = new Map<JsonLiteral, { readonly under: string }>();
  for (const beside of Map.groupBy(literals, ({ level }) => level).values()) {
    const values = beside.filter(({ kind }) => kind !== 'key');
    const label = values.find(
      ({ kind, value, name, at }) =>
        kind === 'string' &&
        isSecretName(value) &&
        (at === 0 || /^(?:name|key|id|field|variable|label)$/i.test(name ?? '')),
    );
    if (label === undefined) continue;
    for (const one of values) {
      const isValue = label.at === 0 ? one.at === 1 : /^(?:value|val|content|data)$/i.test(one.name ?? '');
      if (isValue && one.under === undefined) paired.set(one, { under: label.value });
    }
  }
  return paired;
}

/** Undefined: it is none. */
function secretNameOf({ kind, value, under, name = '' }: JsonLiteral): string | undefined {
  if (isElsewhere(value)) return undefined;
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

function secretsOfText(text: string): readonly SecretSpan[] {
  const found = secretsInText(text).map(({ start, value, word = anonymous }) => spanAt(start, value, word));
  return merged(found);
}

function spanAt(start: number, value: string, name: string): SecretSpan {
  const field = /^[A-Za-z]/.test(name) ? name.replaceAll(/[^A-Za-z]/g, '_') : anonymous;
  return { start, end: start + value.length, name: field, isNumber: false };
}

/** What overlaps or touches is one, known by the name that tells more. */
export function merged(spans: readonly SecretSpan[]): readonly SecretSpan[] {
  const whole: SecretSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = whole.at(-1);
    if (last === undefined || span.start > last.end) {
      whole.push(span);
      continue;
    }
    const name = last.name === anonymous ? span.name : last.name;
    whole[whole.length - 1] = { ...last, name, end: Math.max(last.end, span.end) };
  }
  return whole;
}
