/** The types that the route table implies for a caller: what a route is sent, what it answers. */

import type { routes } from '@perdure/contract';

export type RouteTable = typeof routes;
type OtherRoute = {
  [Id in keyof RouteTable]: RouteTable[Id] extends { readonly stream: unknown } | { readonly bytes: unknown }
    ? Id
    : never;
}[keyof RouteTable];
/** Routes that answer once, in JSON; the stream of events is `watchRun`, bytes of files are in `files.ts`. */
export type CallableRoute = Exclude<keyof RouteTable, OtherRoute>;

/** A zod schema, seen from outside: what it accepts, what it yields. */
interface Schema<Input = unknown, Output = unknown> {
  readonly _zod: { readonly input: Input; readonly output: Output };
}
type InputOf<S> = S extends Schema<infer Input> ? Input : never;
type OutputOf<S> = S extends Schema<unknown, infer Output> ? Output : never;

type Part = 'params' | 'query' | 'headers' | 'body';
type Parts<Id extends CallableRoute> = Pick<RouteTable[Id], keyof RouteTable[Id] & Part>;
/** Parts in which nothing is required may be left out. */
type OptionalParts<P> = { [K in keyof P]: object extends InputOf<P[K]> ? K : never }[keyof P];

export type RouteRequest<Id extends CallableRoute> = {
  readonly [K in Exclude<keyof Parts<Id>, OptionalParts<Parts<Id>>>]: InputOf<Parts<Id>[K]>;
} & {
  readonly [K in OptionalParts<Parts<Id>>]?: InputOf<Parts<Id>[K]>;
};

type Responses<Id extends CallableRoute> = RouteTable[Id]['responses'];
export type RouteResponse<Id extends CallableRoute> = OutputOf<Responses<Id>[keyof Responses<Id>]>;
