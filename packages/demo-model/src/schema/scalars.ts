/** Texts, numbers and choices within the limits of a schema node. Pure. */

import type { Json } from '@perdure/contract';
import { asText, type Fact } from '../facts/fact.ts';
import { isRecord, type JsonSchema } from './node.ts';

/** Values that are well-formed and plainly examples. */
const formats: Readonly<Record<string, string>> = {
  date: '2026-01-01',
  time: '00:00:00Z',
  'date-time': '2026-01-01T00:00:00Z',
  duration: 'P1D',
  email: 'someone@example.com',
  hostname: 'example.com',
  ipv4: '127.0.0.1',
  ipv6: '::1',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

/** A text of allowed length that matches pattern and format where one of our candidates does. */
export function fillText(node: JsonSchema, text: string, index: number): string {
  const example = typeof node['format'] === 'string' ? formats[node['format']] : undefined;
  if (example !== undefined) return example;
  const fitted = fitLength(text, numberAt(node, 'minLength') ?? 0, numberAt(node, 'maxLength') ?? Infinity);
  if (typeof node['pattern'] !== 'string') return fitted;
  const pattern = new RegExp(node['pattern'], 'u');
  return patternCandidates(text, index).find((candidate) => pattern.test(candidate)) ?? fitted;
}

function patternCandidates(text: string, index: number): readonly string[] {
  const slug = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-|-$/g, '');
  const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  const ids = letters.flatMap((letter) => [`${letter}${index + 1}`, `${letter}-${index + 1}`, letter]);
  const numbered = [`${index + 1}`, `0${index + 1}`, `00${index + 1}`];
  const lower = ids.map((id) => id.toLowerCase());
  return [
    text,
    slug,
    slug.replaceAll('-', '_'),
    ...ids,
    ...lower,
    ...numbered,
    'v0.1.0',
    '0.1.0',
    ...Object.values(formats),
  ];
}

function fitLength(text: string, min: number, max: number): string {
  let long = text;
  while (long.length < min) long += ` ${text}`;
  if (long.length <= max) return long;
  const cut = long.slice(0, max);
  const atWord = cut.slice(0, Math.max(cut.lastIndexOf(' '), 0));
  return atWord.length >= Math.max(min, max / 2) ? atWord : cut.trimEnd().padEnd(min, '.');
}

const ratingNames = ['score', 'rating', 'confidence', 'grade', 'quality'];

/**
 * A number within the node's bounds. A rating is a share of its scale, which is 0 to 10 where the schema names none.
 */
export function fillNumber(node: JsonSchema, fact: Fact | undefined, place: { name: string; index: number }): number {
  const isInteger = node['type'] === 'integer';
  const unit = numberAt(node, 'multipleOf') ?? (isInteger ? 1 : 0);
  const gap = unit > 0 ? unit : 0.001;
  const above = numberAt(node, 'exclusiveMinimum');
  const below = numberAt(node, 'exclusiveMaximum');
  const low = numberAt(node, 'minimum') ?? (above === undefined ? undefined : above + gap);
  const high = numberAt(node, 'maximum') ?? (below === undefined ? undefined : below - gap);
  const wanted = ratingNames.includes(place.name.toLowerCase())
    ? (low ?? 0) + (typeof fact === 'number' ? fact : 0.5) * ((high ?? 10) - (low ?? 0))
    : typeof fact === 'number'
      ? fact
      : place.index + 1;
  const bounded = Math.min(Math.max(wanted, low ?? -Infinity), high ?? Infinity);
  return unit > 0 ? toMultiple(bounded, unit, low) : bounded;
}

function toMultiple(value: number, unit: number, low: number | undefined): number {
  const down = Math.floor(value / unit + 1e-9) * unit;
  return low !== undefined && down < low ? down + unit : down;
}

/**
 * The option a fact names; else the middle one, of which lists of grades (low, medium, high) make the mildest claim.
 */
export function chooseOption(options: readonly unknown[], fact: Fact | undefined, index: number | undefined): Json {
  const said = plainWord(typeof fact === 'boolean' ? String(fact) : asText(fact));
  const named = said === '' ? undefined : options.find((option) => isNearly(plainWord(option), said));
  const middle = Math.floor((options.length - 1) / 2);
  return (named ?? options[index === undefined ? middle : index % options.length] ?? null) as Json;
}

const plainWord = (value: unknown) => (typeof value === 'string' ? value.toLowerCase().replaceAll(/[^a-z]/g, '') : '');
const isNearly = (a: string, b: string) => a !== '' && (a.startsWith(b) || b.startsWith(a));

/** A number under a keyword, if it holds one. */
export function numberAt(node: JsonSchema, keyword: string): number | undefined {
  return isRecord(node) && typeof node[keyword] === 'number' ? node[keyword] : undefined;
}
