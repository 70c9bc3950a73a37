/**
 * Reads the fields of a foreign object one by one. What is not as we have it is bent into form, and left over as it
 * was.
 */

import type { z } from 'zod';
import { isDeep } from './deep-json.ts';
import type { Leftovers } from './leftovers.ts';
import { isObject, toLine, toNumber, toText, toTime, type Fields } from './values.ts';

export type FieldReader = ReturnType<typeof createFieldReader>;

/** `prefix` names the object in notes: `milestones.3.`, or nothing for the task itself. */
export function createFieldReader(fields: Fields, leftovers: Leftovers, prefix = '') {
  const source = createSource(fields, leftovers, prefix);
  return { ...plainFields(source), ...listFields(source), ...otherFields(source), keepField: source.keep };
}

type Source = ReturnType<typeof createSource>;

/** Null counts as missing. */
function createSource(fields: Fields, leftovers: Leftovers, prefix: string) {
  const has = (name: string) => Object.hasOwn(fields, name) && fields[name] !== null;
  const keep = (name: string, why: string) => leftovers.keep(`${prefix}${name}`, fields[name], why);
  return {
    names: Object.keys(fields),
    has,
    get: (name: string): unknown => (has(name) ? fields[name] : undefined),
    keep,
    keepMember: (name: string, value: unknown, why: string) => leftovers.keep(`${prefix}${name}`, value, why),
    /** `value` is what was made of the field. */
    bent: <Value>(name: string, value: Value, why: string): Value => {
      if (value !== fields[name]) keep(name, why);
      return value;
    },
  };
}

function plainFields({ has, get, keep, bent }: Source) {
  return {
    line: (name: string, max: number, fallback = ''): string =>
      has(name) ? bent(name, toLine(get(name), max), `was made one line of at most ${max} characters`) : fallback,

    text: (name: string, max: number): string =>
      has(name) ? bent(name, toText(get(name), max), `was made text of at most ${max} characters`) : '',

    /** Null where it is missing or no time. */
    time(name: string): string | null {
      if (!has(name)) return null;
      const time = toTime(get(name));
      if (time === undefined) keep(name, 'is no time');
      else if (!time.isExact) keep(name, `was taken as ${time.iso}`);
      return time?.iso ?? null;
    },

    whole(
      name: string,
      { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: number },
    ) {
      if (!has(name)) return fallback;
      const number = toNumber(get(name)) ?? fallback;
      return bent(name, Math.min(Math.max(Math.round(number), min), max), 'was made a whole number in range');
    },

    /** One of `known`, or what `guess` makes of another word. */
    word<Word extends string>(name: string, known: readonly Word[], guess: (word: string) => Word): Word {
      const given = has(name) ? toText(get(name), 100).trim().toLowerCase() : '';
      const found = known.find((word) => word === given.replaceAll(/[\s_]+/g, '-'));
      if (found !== undefined) return found;
      const guessed = guess(given);
      if (has(name)) keep(name, `is a word we do not have and was taken as \`${guessed}\``);
      return guessed;
    },
  };
}

function listFields({ get, keep, keepMember }: Source) {
  const list = (name: string): readonly unknown[] => {
    const value = get(name);
    if (value === undefined) return [];
    if (Array.isArray(value)) return value as readonly unknown[];
    keep(name, 'is no list');
    return [];
  };
  return {
    list,

    texts(name: string, max: number): string[] {
      const given = typeof get(name) === 'string' ? [get(name)] : list(name);
      const texts = given.map((text) => toText(text, max));
      const isBent = texts.some((text, index) => text !== given[index]);
      if (isBent) keep(name, `was made a list of texts of at most ${max} characters`);
      return texts;
    },

    /** The members that are objects, none too deep. Others become objects by `wrap`. */
    objects: (name: string, wrap: (value: unknown, index: number) => Fields): Record<string, unknown>[] =>
      list(name).map((value, index) => {
        if (isObject(value) && !isDeep(value)) return { ...value };
        keepMember(`${name}.${index}`, value, isObject(value) ? 'is nested too deep' : 'is no object');
        return { ...wrap(isDeep(value) ? undefined : value, index) };
      }),
  };
}

function otherFields({ names, has, get, keep }: Source) {
  return {
    record(name: string): Fields {
      const value = get(name);
      if (value === undefined) return {};
      if (isObject(value) && !isDeep(value)) return value;
      keep(name, isObject(value) ? 'is nested too deep' : 'is no object');
      return {};
    },

    /** What the schema says of it, or the fallback. */
    parsed<Value>(name: string, schema: z.ZodType<Value>, fallback: Value): Value {
      if (!has(name)) return fallback;
      const { success, data } = schema.safeParse(get(name));
      if (!success || !holdsAll(data, get(name))) keep(name, 'is not in our form');
      return success ? data : fallback;
    },

    /** Keeps all fields that are not known. */
    keepOthers(known: readonly string[]): void {
      for (const name of names) {
        if (!known.includes(name) && has(name)) keep(name, 'is a field we do not have');
      }
    },
  };
}

/** A schema drops members that it does not know. */
function holdsAll(data: unknown, value: unknown): boolean {
  if (!isObject(value)) return true;
  return isObject(data) && Object.keys(value).every((name) => Object.hasOwn(data, name));
}
