/**
 * Values that a JSON Schema allows. What is an id of something is a note of it, `@channels/3@`: which ids there are is
 * known only when the request is sent.
 */

import * as fc from 'fast-check';
import type { JsonSchema } from './document.ts';

/** What no schema says, and without which hardly anything would be found: the names of what the world has. */
const likely: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  pipeline: fc.constantFrom('hello', 'plan-and-review', 'none'),
  input: fc.constantFrom({ name: 'Ada' }, { prompt: 'Plan it.' }, {}, null),
  model: fc.constantFrom('groq/llama-3.3-70b', 'none'),
  emoji: fc.constantFrom('x', '👍', '👩‍🚀'),
};

/** Longer is seldom of interest, and slow. */
const longest = 300;

export interface Named {
  /** Of the property or parameter. */
  readonly name: string;
  /** The word that stands before it in a path: what it is an id of. */
  readonly noun?: string | undefined;
}

/** A note of one thing of a noun; `pick` says which, whatever there is of it. */
export const idNote = (noun: string, pick: number): string => `@${noun}/${pick}@`;
const notePattern = /^@([a-z-]+)\/(\d+)@$/;

export type FindId = (noun: string, pick: number) => string | undefined;

/** The value with each note replaced by an id; by something that is none where there is nothing of the noun. */
export function withIds(value: unknown, find: FindId): unknown {
  if (typeof value === 'string') {
    const [, noun, pick] = notePattern.exec(value) ?? [];
    return noun === undefined ? value : (find(noun, Number(pick)) ?? 'none');
  }
  if (Array.isArray(value)) return value.map((item) => withIds(item, find));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withIds(item, find)]));
}

/** What a name is an id of: `channelId` and `memberIds` of channels and members; undefined for any other name. */
export function nounOf({ name, noun }: Named): string | undefined {
  if (noun !== undefined && name === 'id') return noun;
  if (name === 'clientGeneratedId') return undefined;
  if (name === 'cursor') return 'cursors';
  const [, thing] = /^(\w+?)Ids?$/.exec(name) ?? [];
  return thing === undefined ? undefined : plural(thing.toLowerCase());
}

const plural = (thing: string): string => (thing.endsWith('y') ? `${thing.slice(0, -1)}ies` : `${thing}s`);

export function valueOf(schema: JsonSchema, named: Named): fc.Arbitrary<unknown> {
  const plain = plainValueOf(schema, named);
  const noun = nounOf(named);
  if (noun !== undefined && allows(schema, 'string')) {
    const note = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 40 })).map((pick) => idNote(noun, pick));
    return fc.oneof({ weight: 9, arbitrary: note }, { weight: 1, arbitrary: plain });
  }
  const known = likely[named.name];
  if (known === undefined || schema.enum !== undefined) return plain;
  return fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: plain });
}

function plainValueOf(schema: JsonSchema, named: Named): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => valueOf(choice, named)));
  if (schema.allOf !== undefined) return valueOf(Object.assign({}, ...schema.allOf) as JsonSchema, named);
  if (schema.type === undefined) return fc.jsonValue({ maxDepth: 2 });
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  return fc.oneof(...types.map((type) => typedValueOf(type, schema, named)));
}

const allows = ({ type }: JsonSchema, wanted: string): boolean =>
  type === wanted || (Array.isArray(type) && type.includes(wanted));

function typedValueOf(type: string, schema: JsonSchema, named: Named): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return stringOf(schema);
    case 'integer':
    case 'number':
      return numberOf(type, schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return arrayOf(schema, named);
    case 'object':
      return objectOf(schema);
    default:
      throw new Error(`The document uses a type that the fuzzer does not know: ${type}`);
  }
}

function stringOf({ pattern, format, minLength = 0, maxLength = longest }: JsonSchema): fc.Arbitrary<string> {
  const fits = (text: string): boolean => text.length >= minLength && text.length <= maxLength;
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u')).filter(fits);
  if (format === 'date-time') {
    return fc.date({ min: new Date(0), max: new Date(8e12), noInvalidDate: true }).map((date) => date.toISOString());
  }
  if (format === 'binary') return fc.string();
  const unit = fc.constantFrom<'grapheme' | 'grapheme-ascii'>('grapheme', 'grapheme-ascii');
  const usual = unit.chain((of) => fc.string({ unit: of, minLength, maxLength: Math.min(maxLength, longest) }));
  const atMost = fc.constant('x'.repeat(Math.min(maxLength, 20_000)));
  return fc.oneof(
    { weight: 9, arbitrary: usual.map((text) => text.slice(0, maxLength)) },
    { weight: 1, arbitrary: atMost },
  );
}

function numberOf(type: 'integer' | 'number', schema: JsonSchema): fc.Arbitrary<number> {
  const min = schema.minimum ?? (schema.exclusiveMinimum ?? -1_001) + 1;
  const max =
    schema.maximum ?? (schema.exclusiveMaximum === undefined ? Math.max(min, 1_000) : schema.exclusiveMaximum - 1);
  if (type === 'number') return fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
  const usual = fc.integer({ min, max: Math.min(max, min + 1_000) });
  return fc.oneof(usual, fc.constantFrom(min, max));
}

function arrayOf({ items = {}, minItems = 0, maxItems = 4 }: JsonSchema, named: Named): fc.Arbitrary<unknown[]> {
  return fc.array(valueOf(items, named), { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, 4)) });
}

function objectOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, valueOf(property, { name })]),
  );
  const known = fc.record(model, { requiredKeys: [...required], noNullPrototype: true });
  if (typeof additionalProperties !== 'object') return known;
  const others = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), valueOf(additionalProperties, { name: '' }), {
    maxKeys: 3,
    noNullPrototype: true,
  });
  return fc.tuple(others, known).map(([more, own]) => ({ ...more, ...own }));
}
