/** Requests to one operation: as its document says, with one thing wrong, or with all of it. */

import * as fc from 'fast-check';
import type { JsonSchema, Operation, Parameter } from './document.ts';
import { nounOf, valueOf } from './from-schema.ts';
import {
  encoded,
  hostileName,
  hostilePart,
  hostileSearch,
  hostileString,
  hostileTextOf,
  hostileValue,
} from './hostile.ts';

export const callers = ['owner', 'keeper', 'agent', 'outsider', 'none', 'wrong', 'revoked'] as const;
export type Caller = (typeof callers)[number];

export interface Case {
  readonly operation: string;
  readonly by: Caller;
  readonly method: string;
  /** Which of what belongs together its path names; absent: each part for itself. */
  readonly together: number | undefined;
  /** By name of the parameter: a value, with notes in it, or a text as it stands in a URL. */
  readonly parts: Readonly<Record<string, { readonly value: unknown } | { readonly raw: string }>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Put behind the query as it is. */
  readonly search: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** `type` undefined: none is told. */
  readonly body: { readonly type: string | undefined; readonly content: Content } | undefined;
}

export type Content = { readonly json: unknown } | { readonly text: string | Uint8Array };

const anybody = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<Caller>('owner', 'agent') },
  { weight: 1, arbitrary: fc.constantFrom(...callers) },
);
const ownerFirst = fc.oneof({ weight: 5, arbitrary: fc.constant<Caller>('owner') }, { weight: 1, arbitrary: anybody });

/** Nobody but who makes them is let in with what is right; so most of these are answered with success. */
export function validCaseOf(operation: Operation, caller?: fc.Arbitrary<Caller>): fc.Arbitrary<Case> {
  const { method, body } = operation;
  const by = caller ?? (operation.isOwners ? ownerFirst : anybody);
  const parts = fc.record(recordOf(operation, 'path', (value) => ({ value })));
  const everything = fc.record(recordOf(operation, 'query', asText), { requiredKeys: [] });
  // A page that nobody gave is refused, whatever else is asked.
  const known = fc
    .tuple(everything, fc.nat({ max: 2 }))
    .map(([{ cursor, ...rest }, n]) => (cursor === undefined || n > 0 ? rest : { ...rest, cursor }));
  const headers = fc.record(recordOf(operation, 'header', asText), { requiredKeys: [] });
  return fc.record({
    operation: fc.constant(operation.id),
    by,
    method: fc.constant(method),
    together: fc.option(fc.nat({ max: 40 }), { freq: 3, nil: undefined }),
    parts,
    query: known,
    search: fc.constant(''),
    headers,
    body: body === undefined ? fc.constant(undefined) : bodyOf(body),
  });
}

/** What is not JSON is sent as its bytes. */
function bodyOf({ type, schema }: NonNullable<Operation['body']>): fc.Arbitrary<NonNullable<Case['body']>> {
  if (type === 'application/json') return valueOf(schema, { name: '' }).map((json) => ({ type, content: { json } }));
  return fc.uint8Array({ maxLength: 2_000 }).map((text) => ({ type, content: { text } }));
}

function recordOf<T>({ parameters, path }: Operation, where: Parameter['in'], as: (value: unknown) => T) {
  const wanted = parameters.filter((parameter) => parameter.in === where);
  return Object.fromEntries(
    wanted.map(({ name, schema }) => {
      const noun = where === 'path' ? nounBefore(path, name) : undefined;
      return [name, valueOf(schema, { name, noun }).map(as)];
    }),
  );
}

const asText = (value: unknown): string => String(value);

/** Of `/runs/{id}/steps` and `id`: `runs`. */
export function nounBefore(path: string, name: string): string | undefined {
  const parts = path.split('/');
  return parts[parts.indexOf(`{${name}}`) - 1];
}

/** All that an operation may need to be there before it: the nouns of its path and of its body. */
export function nounsOf({ path, parameters, body }: Operation): readonly string[] {
  const ofPath = parameters
    .filter((parameter) => parameter.in === 'path')
    .map(({ name }) => nounOf({ name, noun: nounBefore(path, name) }));
  const ofBody = Object.keys(body?.schema.properties ?? {}).map((name) => nounOf({ name }));
  const inPath = path.split('/').filter((_part, at, all) => all[at + 1]?.startsWith('{') === true);
  return [...new Set([...ofPath, ...inPath, ...ofBody])].filter((noun) => noun !== undefined);
}

const among = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

export function caseOf(operation: Operation): fc.Arbitrary<Case> {
  const valid = validCaseOf(operation);
  const { body } = operation;
  const ofAll = [
    among(40, valid),
    among(8, withHostileParts(valid)),
    among(6, withHostileQuery(operation, valid)),
    among(3, withHostileHeaders(operation, valid)),
    among(4, withOtherMethod(valid)),
    among(3, withUnaskedBody(valid)),
  ];
  if (body?.type !== 'application/json') return fc.oneof(...ofAll);
  return fc.oneof(
    ...ofAll,
    among(20, withOneWrong(valid, body.schema)),
    among(10, withHostileText(valid)),
    among(4, withOtherType(valid)),
  );
}

function withHostileParts(valid: fc.Arbitrary<Case>): fc.Arbitrary<Case> {
  return fc.tuple(valid, fc.infiniteStream(hostilePart), fc.nat({ max: 2 })).map(([one, parts, which]) => ({
    ...one,
    parts: Object.fromEntries(
      Object.entries(one.parts).map(([name, value], at, all) => {
        const isHit = at === which % all.length || which === 2;
        return [name, isHit ? { raw: String(parts.next().value) } : value];
      }),
    ),
  }));
}

function withHostileQuery({ parameters }: Operation, valid: fc.Arbitrary<Case>): fc.Arbitrary<Case> {
  const names = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const name = names.length === 0 ? hostileName : fc.constantFrom(...names);
  const wrong = fc.tuple(name, hostileString).map(([key, value]) => `${encoded(key)}=${encoded(value)}`);
  return fc.tuple(valid, fc.oneof(wrong, hostileSearch)).map(([one, search]) => ({ ...one, search }));
}

/** Without what no program can send in a header. */
const headerText = fc
  .oneof(hostileString, fc.constantFrom('x'.repeat(4_000), 'wait=99999999999', 'é'.repeat(20)))
  .map((text) => text.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '?').slice(0, 4_000));

function withHostileHeaders({ parameters }: Operation, valid: fc.Arbitrary<Case>): fc.Arbitrary<Case> {
  const own = parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name);
  const always = ['accept', 'cookie', 'x-forwarded-for', 'x-http-method-override', 'content-encoding', 'range', 'te'];
  const name = fc.constantFrom(...own, ...always, 'accept-encoding', 'if-none-match', 'forwarded', 'prefer');
  return fc.tuple(valid, name, headerText).map(([one, key, value]) => ({
    ...one,
    headers: { ...one.headers, [key]: value },
  }));
}

function withOtherMethod(valid: fc.Arbitrary<Case>): fc.Arbitrary<Case> {
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND', 'TRACE');
  return fc.tuple(valid, method).map(([one, other]) => ({ ...one, method: other }));
}

/** Clients name a type with every request, and some send a body where none is read. */
function withUnaskedBody(valid: fc.Arbitrary<Case>): fc.Arbitrary<Case> {
  const body = fc.constantFrom<Case['body']>(
    { type: 'application/json', content: { text: '' } },
    { type: 'application/json', content: { text: '{"a":1}' } },
    { type: 'text/plain', content: { text: 'x'.repeat(100_000) } },
    undefined,
  );
  return fc.tuple(valid, body).map(([one, other]) => ({ ...one, body: other }));
}

function withOtherType(valid: fc.Arbitrary<Case>): fc.Arbitrary<Case> {
  const type = fc.constantFrom(
    undefined,
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/jsonp',
    'APPLICATION/JSON',
    'application/json;;;',
  );
  return fc.tuple(valid, type).map(([one, other]) => ({ ...one, body: one.body && { ...one.body, type: other } }));
}

const jsonOf = ({ body }: Case): unknown => (body !== undefined && 'json' in body.content ? body.content.json : {});

function withHostileText(valid: fc.Arbitrary<Case>): fc.Arbitrary<Case> {
  return valid.chain((one) =>
    hostileTextOf(fc.constant(JSON.stringify(jsonOf(one)))).map((text) => ({
      ...one,
      body: { type: 'application/json', content: { text } },
    })),
  );
}

/** One property is missing, of another kind, or one too many; in what it holds as well. */
function withOneWrong(valid: fc.Arbitrary<Case>, { properties = {} }: JsonSchema): fc.Arbitrary<Case> {
  const names = Object.keys(properties);
  const name =
    names.length === 0 ? hostileName : fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...names) }, hostileName);
  const change = fc.oneof(
    { weight: 5, arbitrary: hostileValue.map((value) => ({ kind: 'value', value }) as const) },
    { weight: 1, arbitrary: fc.constant({ kind: 'missing' } as const) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.nat(), hostileName, hostileValue)
        .map(([at, inner, value]) => ({ kind: 'inside', at, inner, value }) as const),
    },
  );
  return fc.tuple(valid, name, change).map(([one, key, how]) => {
    const before = jsonOf(one);
    const { [key]: old, ...rest }: Readonly<Record<string, unknown>> =
      typeof before === 'object' && before !== null ? { ...before } : {};
    if (how.kind === 'missing') return withJson(one, rest);
    const value = how.kind === 'value' ? how.value : spoilt(old, how);
    // Not by a literal: `__proto__` is to be a property.
    return withJson(one, Object.fromEntries([...Object.entries(rest), [key, value]]));
  });
}

function spoilt(old: unknown, { at, inner, value }: { at: number; inner: string; value: unknown }): unknown {
  if (Array.isArray(old)) {
    const item: unknown = old[at % Math.max(1, old.length)];
    return [...old, typeof item === 'object' && item !== null ? spoilt(item, { at, inner, value }) : value];
  }
  if (typeof old !== 'object' || old === null) return value;
  const keys = Object.keys(old);
  const key = at % 3 === 0 || keys.length === 0 ? inner : (keys[at % keys.length] ?? inner);
  return Object.fromEntries([...Object.entries(old).filter(([name]) => name !== key), [key, value]]);
}

const withJson = (one: Case, json: unknown): Case => ({
  ...one,
  body: { type: 'application/json', content: { json } },
});
