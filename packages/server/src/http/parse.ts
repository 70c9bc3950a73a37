/** Checks a request against its entry of the route table; what passes is what handlers are given. */

import { PerdureError } from '@perdure/contract';
import type { z } from 'zod';
import { readJsonBody } from './body.ts';
import type { AnyHandler, Route } from './table.ts';

export interface RawRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly request: Request;
}

/** @throws PerdureError naming the part and the field that is wrong */
export async function parseRequest(route: Route, raw: RawRequest): Promise<Parameters<AnyHandler>[0]> {
  return {
    params: route.params && parseParams(route.params, raw.params),
    query: parseQuery(route, raw.query),
    headers: route.headers && parsePart(route.headers, 'headers', Object.fromEntries(raw.request.headers)),
    body: route.body && parsePart(route.body, 'body', await readJsonBody(raw.request)),
  };
}

/** A path that cannot name anything is a path to nothing: not found rather than invalid. */
function parseParams(schema: z.ZodType, params: unknown): unknown {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  throw new PerdureError('not_found', `There is no such thing: ${messageOf(parsed.error)}; check the id in the path.`);
}

/** What is not known is refused: a filter with a slip in its name would let everything through. */
function parseQuery({ query: schema, authenticated, hub }: Route, given: RawRequest['query']): unknown {
  const known = Object.keys(schema?.shape ?? {});
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  // What is open to all, and the hub, is asked by programs of others, which add things of their own.
  if (unknown !== undefined && authenticated && hub !== true) {
    const names = known.length === 0 ? 'it takes none' : `known are ${known.join(', ')}`;
    const problem = `There is no query parameter ${JSON.stringify(unknown.slice(0, 100))} here: ${names}.`;
    throw new PerdureError('invalid_input', problem, { details: { field: `query.${unknown.slice(0, 100)}` } });
  }
  if (schema === undefined) return undefined;
  const values = singleValues(given);
  const parsed = parsePart(schema, 'query', values);
  const odd = Object.entries(parsed as object).find(([name, value]) => isOtherwiseWritten(value, values[name]));
  if (odd === undefined) return parsed;
  throw new PerdureError('invalid_input', `\`query.${odd[0]}\` must be a whole number in plain digits, such as 20.`, {
    details: { field: `query.${odd[0]}` },
  });
}

/** `1e3`, `0x10` and ` 5` are numbers to a machine, and slips of a person. */
function isOtherwiseWritten(value: unknown, given: unknown): boolean {
  return typeof value === 'number' && String(value) !== given;
}

function parsePart(schema: z.ZodType, part: 'query' | 'headers' | 'body', value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const field = [part, ...(parsed.error.issues[0]?.path ?? [])].map(String).join('.');
  throw new PerdureError('invalid_input', `The request is not valid at \`${field}\`: ${messageOf(parsed.error)}.`, {
    details: { field },
  });
}

function messageOf(error: z.ZodError): string {
  return error.issues[0]?.message ?? 'not valid';
}

/** A parameter given twice stays a list, which no schema of a single value accepts. */
function singleValues(query: RawRequest['query']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}
