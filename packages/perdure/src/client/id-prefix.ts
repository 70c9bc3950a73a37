/** Ids as people type them: a prefix will do where it names one thing. */

import { PerdureError } from '@perdure/contract';

/** What ids name, and the command that lists them. */
export interface IdKind {
  readonly noun: 'run' | 'question' | 'key' | 'channel' | 'lease' | 'file' | 'session' | 'task';
  readonly listing: string;
}

/** `given` as ids are written, if it is long enough to be looked for. */
export function checkedPrefix(given: string, { noun, listing }: IdKind): string {
  const prefix = given.toLowerCase();
  if (/^[0-9a-f-]{4,36}$/.test(prefix)) return prefix;
  throw new PerdureError(
    'usage',
    `"${given}" is no ${noun} id: give at least its first 4 characters, as \`${listing}\` shows them.`,
  );
}

/** The only one of `found`, all of whose ids begin with `prefix`. */
export function onlyOne<T extends { readonly id: string }>(
  found: readonly T[],
  prefix: string,
  { noun, listing }: IdKind,
): T {
  const [first, second] = found;
  if (first === undefined) {
    throw new PerdureError('not_found', `No ${noun} begins with "${prefix}"; \`${listing}\` shows what there is.`);
  }
  if (second === undefined) return first;
  throw new PerdureError(
    'conflict',
    `"${prefix}" begins ${found.length} ${noun}s, among them ${first.id} and ${second.id}: give more of the id.`,
    { details: { candidates: found.slice(0, 10).map(({ id }) => id) } },
  );
}
