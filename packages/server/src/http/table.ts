/** The types that the route table implies for a handler: what it is given, what it may answer. */

import type { Principal, Route, RouteId, routes } from '@perdure/contract';
import type { z } from 'zod';

type Entry<Id extends RouteId> = (typeof routes)[Id];
type Field<Id extends RouteId, Name extends string> =
  Entry<Id> extends { readonly [N in Name]: infer Schema extends z.ZodType } ? z.output<Schema> : undefined;

/** A request whose every part was checked against the table. */
export interface RouteInput<Id extends RouteId> {
  readonly params: Field<Id, 'params'>;
  readonly query: Field<Id, 'query'>;
  readonly headers: Field<Id, 'headers'>;
  readonly body: Field<Id, 'body'>;
}

export interface JsonReply<Status extends PropertyKey, Body> {
  readonly status: Status;
  readonly body: Body;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `body` absent: there is nothing more to stream, and the client need not come again. */
export interface StreamReply {
  readonly stream: ReadableStream<Uint8Array> | undefined;
}

/** Bytes with their own headers. */
export interface FileReply {
  readonly file: {
    readonly status: 200 | 206;
    readonly headers: Readonly<Record<string, string>>;
    /** Nothing is open until the first is asked for. */
    readonly pieces: AsyncIterable<Uint8Array>;
  };
}

type Responses<Id extends RouteId> = Entry<Id>['responses'];
export type RouteReply<Id extends RouteId> =
  Entry<Id> extends { readonly stream: z.ZodType }
    ? StreamReply
    : Entry<Id> extends { readonly bytes: 'given' }
      ? FileReply
      : {
          [Status in keyof Responses<Id>]: Responses<Id>[Status] extends z.ZodType
            ? JsonReply<Status, z.input<Responses<Id>[Status]>>
            : never;
        }[keyof Responses<Id>];

/** What a handler may know about the request beyond its input. */
export interface RequestContext {
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** Whose key it came with; undefined where none is asked for. */
  readonly by: Principal | undefined;
  /** Where it comes from, as wrong keys are counted. */
  readonly address: string;
  /** The address by which the client has come, for links that it is given. */
  readonly base: string;
  /** The body, where the route takes bytes: untouched, and `said`: how many the client announces. */
  readonly incoming: { readonly said: number | undefined; readonly pieces: AsyncIterable<Uint8Array> };
}

export type Handler<Id extends RouteId> = (input: RouteInput<Id>, call: RequestContext) => Promise<RouteReply<Id>>;
export type Handlers = { readonly [Id in RouteId]: Handler<Id> };

/** A handler whose route is known only at run time; the table has checked what it is given. */
export type AnyHandler = (
  input: Record<'params' | 'query' | 'headers' | 'body', unknown>,
  call: RequestContext,
) => Promise<JsonReply<number, unknown> | StreamReply | FileReply>;

export type { Route, RouteId };
