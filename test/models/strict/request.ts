/** What the strict fakes read out of a request, and the forms in which servers refuse one. */

import type { Refusal, RequestBody, Rule, RuleContext } from '../shape.ts';

export type Given = Readonly<Record<string, unknown>>;

export const isGiven = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const listOf = (value: unknown): readonly Given[] => (Array.isArray(value) ? value.filter(isGiven) : []);

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));

export const messagesOf = (body: RequestBody): readonly Given[] => listOf(body['messages']);

/** Ids of the calls that an assistant message of chat completions asks for. */
export const callsOf = (message: Given): readonly Given[] => listOf(message['tool_calls']);

export const hasTools = (body: RequestBody): boolean => listOf(body['tools']).length > 0;

/** The schema of the answer that is asked for, in chat completions. */
export function schemaOf(body: RequestBody): unknown {
  const format = body['response_format'];
  if (!isGiven(format) || format['type'] !== 'json_schema') return undefined;
  return isGiven(format['json_schema']) ? format['json_schema']['schema'] : undefined;
}

/** The first rule that objects. */
export function firstOf(...rules: readonly Rule[]): Rule {
  return (body, about) => {
    for (const rule of rules) {
      const refusal = rule(body, about);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  };
}

/** Refuses the first requests that match, and takes the others. */
export function firstTime(count: number, rule: Rule): Rule {
  return (body: RequestBody, about: RuleContext) => (about.refused < count ? rule(body, about) : undefined);
}

/** OpenAI's form, which most have taken over. */
export function bad(message: string, more: Given = {}, status = 400): Refusal {
  const error = { message, type: 'invalid_request_error', param: null, code: null, ...more };
  return { status, body: { error } };
}

/** The names of fields that are not in the list. */
export const unknownFields = (given: Given, known: ReadonlySet<string>): readonly string[] =>
  Object.keys(given).filter((name) => !known.has(name) && given[name] !== undefined);

/** Every object and list in a schema that is itself a schema, with the path to it. */
export function* subschemas(schema: unknown, path = '$'): Generator<readonly [path: string, schema: Given]> {
  if (!isGiven(schema)) return;
  yield [path, schema];
  for (const place of ['properties', '$defs', 'definitions'] as const) {
    const inner = schema[place];
    if (isGiven(inner))
      for (const [name, one] of Object.entries(inner)) yield* subschemas(one, `${path}.${place}.${name}`);
  }
  for (const place of ['items', 'not', 'additionalProperties'] as const)
    yield* subschemas(schema[place], `${path}.${place}`);
  for (const place of ['anyOf', 'oneOf', 'allOf'] as const)
    for (const [at, one] of listOf(schema[place]).entries()) yield* subschemas(one, `${path}.${place}.${at}`);
}

/** The first keyword of a schema that is not in the list, with the path to it. */
export function unknownKeyword(schema: unknown, known: ReadonlySet<string>): string | undefined {
  for (const [path, one] of subschemas(schema)) {
    const name = Object.keys(one).find((keyword) => !known.has(keyword));
    if (name !== undefined) return `${path}.${name}`;
  }
  return undefined;
}

/** The first object of a schema that allows what it does not name, or does not require all that it names. */
export function looseObject(schema: unknown): string | undefined {
  for (const [path, one] of subschemas(schema)) {
    if (one['type'] !== 'object' && one['properties'] === undefined) continue;
    if (one['additionalProperties'] !== false)
      return `In ${path}, 'additionalProperties' is required to be supplied and to be false`;
    const required: readonly unknown[] = Array.isArray(one['required']) ? one['required'] : [];
    const missing = Object.keys(isGiven(one['properties']) ? one['properties'] : {}).find(
      (name) => !required.includes(name),
    );
    if (missing !== undefined)
      return `In ${path}, 'required' must include every key in properties; missing '${missing}'`;
  }
  return undefined;
}
