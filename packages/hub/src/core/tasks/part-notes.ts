/**
 * Notes without their secrets, and put together again. In the place of each stands a reference by which a vault names
 * it, `vault:task-<id>/notes/<field>`; all around stays to the letter, and so does what was in its place.
 */

import { refuse, type Refusal } from '../refusal.ts';
import type { PlainField } from '../vault/records.ts';
import { findSecrets, merged } from './find-secrets.ts';

export const vaultNameOf = (taskId: string): string => `task-${taskId}`;
export const itemName = 'notes';

const referenceTo = (taskId: string): string => `vault:${vaultNameOf(taskId)}/${itemName}/`;
/** Behind the name of a field: it is a number, and its reference stands in quotes. */
const numberMark = '#number';

const mostSecrets = 50;

export interface PartedNotes {
  readonly kind: 'parted';
  readonly notes: string;
  /** Those that are new. */
  readonly fields: readonly PlainField[];
  /** Those that are there already and are still referred to. */
  readonly kept: readonly string[];
}

/** `known`: fields that the task has already. */
export function partNotes(
  notes: string,
  { taskId, known }: { readonly taskId: string; readonly known: readonly string[] },
): PartedNotes | Refusal {
  const reference = referenceTo(taskId);
  const kept = known.filter((key) => namesField(notes, `${reference}${key}`));
  // Two references that touch could not be told apart.
  const spans = merged(findSecrets(notes).map((span) => ({ ...span, end: endOfWord(notes, span.end) })));
  if (kept.length + spans.length > mostSecrets) {
    return refuse(
      'invalid_input',
      `These notes hold more than ${mostSecrets} secrets; put them into a vault instead.`,
      {
        field: 'body.context.notes',
      },
    );
  }
  const keys = new Set(known);
  const fields: PlainField[] = [];
  const pieces: string[] = [];
  let done = 0;
  for (const { start, end, name, isNumber } of spans) {
    const key = freeName(name, keys);
    keys.add(key);
    fields.push({ key, type: 'secret', value: notes.slice(start, end) });
    const written = `${reference}${key}`;
    pieces.push(notes.slice(done, start), isNumber ? `"${written}${numberMark}"` : written);
    done = end;
  }
  return { kind: 'parted', notes: `${pieces.join('')}${notes.slice(done)}`, fields, kept };
}

/** A reference ends where its word does, so a secret takes the rest of the word along. */
function endOfWord(notes: string, from: number): number {
  let at = from;
  while (/\w/.test(notes[at] ?? '')) at += 1;
  return at;
}

function namesField(notes: string, reference: string): boolean {
  for (let at = notes.indexOf(reference); at >= 0; at = notes.indexOf(reference, at + 1)) {
    if (!/\w/.test(notes[at + reference.length] ?? '')) return true;
  }
  return false;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let count = 2; ; count += 1) if (!taken.has(`${name}_${count}`)) return `${name}_${count}`;
}

/** A reference to what is not among `fields` stays one. */
export function joinNotes(
  notes: string,
  { taskId, fields }: { readonly taskId: string; readonly fields: Readonly<Record<string, string>> },
): string {
  const reference = RegExp.escape(referenceTo(taskId));
  const written = new RegExp(
    `"${reference}(?<number>\\w+)${RegExp.escape(numberMark)}"|${reference}(?<field>\\w+)`,
    'g',
  );
  return notes.replaceAll(written, (whole, number: string | undefined, field: string | undefined) => {
    const key = number ?? field ?? '';
    return Object.hasOwn(fields, key) ? (fields[key] ?? whole) : whole;
  });
}
