/**
 * What a message of a member is to an errand. Pure.
 *
 * Models write words before a form, or put all of it into a fence: a return begins at its first header wherever that
 * stands. Who hands something in is told apart from who only talks by the thread, and by the ids that the form holds.
 */

import { parseReturn, type LaneReturn } from '@perdure/tasks/returns';
import type { Errand } from './errand.ts';

export type Heard =
  | { readonly kind: 'return'; readonly given: LaneReturn; readonly text: string }
  /** It was meant as one; `why` is a clause. */
  | { readonly kind: 'unfit'; readonly why: string }
  /** Whoever speaks for it could not: its model was away. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'talk' };

export function hear(
  message: { readonly content: string; readonly intent: string; readonly isInThread: boolean },
  errand: Pick<Errand, 'marks' | 'isFor'>,
): Heard {
  const { content, intent, isInThread } = message;
  const text = returnIn(content);
  if (text === undefined) {
    if (!isInThread) return { kind: 'talk' };
    return intent === 'error' ? { kind: 'failed' } : { kind: 'unfit', why: 'it has none of the headers' };
  }
  const parsed = parseReturn(text);
  if (parsed.kind === 'refused') {
    const isMeant = isInThread || errand.marks.every((mark) => text.includes(mark));
    return isMeant ? { kind: 'unfit', why: whyOf(parsed) } : { kind: 'talk' };
  }
  const { given } = parsed;
  if (errand.isFor(given)) return { kind: 'return', given, text };
  const why = 'it names another task_id or line; copy both from the form';
  return isInThread ? { kind: 'unfit', why } : { kind: 'talk' };
}

function whyOf({ details, message }: Extract<ReturnType<typeof parseReturn>, { readonly kind: 'refused' }>): string {
  const why = details?.['why'];
  return typeof why === 'string' ? why : message;
}

/** From the first header on; undefined: there is none. */
export function returnIn(content: string): string | undefined {
  const lines = content.split(/\r?\n/u);
  const first = lines.findIndex((line) => /^\s*tag\s*:/u.test(line));
  if (first < 0) return undefined;
  const fence = /^\s*(`{3,}|~{3,})\w*\s*$/u.exec(lines[first - 1] ?? '')?.[1];
  const rest = lines.slice(first).map((line, index) => (index < 6 ? line.trim() : line));
  if (fence === undefined) return rest.join('\n');
  // Where the next fence opens another one, this one goes around all of it; else it goes around what stands so far.
  const isPlain = (line: string): boolean => line.trim() === fence;
  const next = rest.find((line) => line.trim().startsWith(fence));
  const end = next === undefined || isPlain(next) ? rest.findIndex(isPlain) : rest.findLastIndex(isPlain);
  return rest.filter((_, index) => index !== end).join('\n');
}

export type Output =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'broken' };

/** The last fence of the body that is marked as JSON, and the body without it. */
export function outputIn(body: string): { readonly text: string; readonly output: Output } {
  const found = [...body.matchAll(/^[ \t]*```json[^\n]*\n([\s\S]*?)(?:^[ \t]*```[ \t]*$|$(?![\s\S]))/gimu)].at(-1);
  if (found === undefined) return { text: body.trim(), output: { kind: 'none' } };
  const [whole, json = ''] = found;
  const text = `${body.slice(0, found.index)}${body.slice(found.index + whole.length)}`.trim();
  try {
    return { text, output: { kind: 'json', value: JSON.parse(json) as unknown } };
  } catch {
    return { text, output: { kind: 'broken' } };
  }
}
