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
    query: route.query && parsePart(route.query, 'query', singleValues(raw.query)),
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
