/**
 * What a server has given ids to, by the noun of the path that gave them, so that later requests can name what is
 * there. What lies in something else is kept with that: two ids that do not belong together are refused by everything.
 */

import { nounOf } from './from-schema.ts';

/** Names that are ids of what is called otherwise. */
const otherNames: Readonly<Record<string, string>> = {
  threadroots: 'messages',
  attachments: 'files',
  members: 'principals',
};
/** Kept of each noun; the first half stays. */
const most = 40;

export const makerNoun = (noun: string): string => otherNames[noun] ?? noun;

export type Names = Readonly<Record<string, string>>;

export class KnownIds {
  readonly #ids = new Map<string, readonly string[]>();
  /** By the path of what was made, such as `/channels/{channelId}/messages`. */
  readonly #chains = new Map<string, readonly (readonly string[])[]>();

  keep(noun: string, id: string): void {
    this.#ids.set(noun, withOneMore(this.#ids.get(noun) ?? [], id));
  }

  /** Some id of the noun, or of anything where there is none. */
  find(noun: string, pick: number): string | undefined {
    const own = this.#ids.get(makerNoun(noun)) ?? [];
    const all = own.length === 0 ? [...this.#ids.values()].flat() : own;
    return all[pick % all.length];
  }

  /** All that is told by an answer. `template`: the path of the operation, `path`: as it was asked for. */
  learn(template: string, path: string, body: unknown): void {
    const { data, ...rest } = body as { readonly data?: unknown };
    for (const [name, value] of Object.entries(rest)) if (name.startsWith('next')) this.#note('cursors', value);
    const noun = lastNoun(template);
    for (const one of Array.isArray(data) ? data : [data]) {
      if (typeof one !== 'object' || one === null) continue;
      for (const [name, value] of Object.entries(one as object)) {
        const other = name === 'id' ? noun : nounOf({ name });
        if (other !== undefined) this.#note(other, value);
      }
      const { id, principalId } = one as { readonly id?: unknown; readonly principalId?: unknown };
      const own = id ?? principalId;
      if (typeof own !== 'string' || template.endsWith('}')) continue;
      const chain = [...valuesOf(template, path), own];
      this.#chains.set(template, withOneMore(this.#chains.get(template) ?? [], chain));
    }
  }

  /** Values for the parameters of a path that belong together, as far as some are known. */
  together(template: string, pick: number): Names {
    const parents = [...this.#chains.keys()].filter((parent) => template.startsWith(`${parent}/{`));
    const [longest] = parents.toSorted((one, other) => other.length - one.length);
    const chains = longest === undefined ? [] : (this.#chains.get(longest) ?? []);
    const chain = chains[pick % chains.length] ?? [];
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    return Object.fromEntries(chain.map((value, at) => [names[at], value]));
  }

  #note(noun: string, value: unknown): void {
    if (typeof value === 'string' && value.length < 200) this.keep(noun, value);
  }
}

const lastNoun = (template: string): string =>
  template.split('/').findLast((part) => part !== '' && !part.startsWith('{')) ?? '';

function valuesOf(template: string, path: string): readonly string[] {
  const parts = path.split('/');
  return template.split('/').flatMap((part, at) => (part.startsWith('{') ? [parts[at] ?? ''] : []));
}

function withOneMore<T>(before: readonly T[], one: T): readonly T[] {
  if (before.includes(one)) return before;
  if (before.length < most) return [...before, one];
  return [...before.slice(0, most / 2), ...before.slice(most / 2 + 1), one];
}
