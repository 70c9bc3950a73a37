/**
 * A method for each entry of the route table, typed by its schemas: `client.getRun({ params: { id } })`. Answers are
 * checked against the table too, so what a caller is given is what its type says. In place of the stream of events:
 * `watchRun` and `readEvents`.
 */

import { routes, type Route, type RunEvent } from '@perdure/contract';
import type { WatchItem } from './connection.ts';
import { errorOf, notOurs } from './errors.ts';
import { fileCalls, type FileCalls } from './files.ts';
import { readEvents } from './read-events.ts';
import type { CallableRoute, RouteRequest, RouteResponse } from './table.ts';
import { createTransport, type Transport, type TransportOptions } from './transport.ts';
import { watchRun, type WatchOptions } from './watch.ts';

export interface ClientOptions extends TransportOptions {
  /** Milliseconds to wait for an answer of a route that does not wait for work; default 30,000. */
  readonly patienceMs?: number;
}

export interface CallOptions {
  /** Gives up waiting for the answer; what was asked for may still happen. */
  readonly signal?: AbortSignal;
}

type RouteCalls = {
  readonly [Id in CallableRoute]: object extends RouteRequest<Id>
    ? (request?: RouteRequest<Id>, options?: CallOptions) => Promise<RouteResponse<Id>>
    : (request: RouteRequest<Id>, options?: CallOptions) => Promise<RouteResponse<Id>>;
};

export type Client = RouteCalls &
  FileCalls & {
    /**
     * Follows a run until it has ended: its events from number `after` on, each exactly once, and the text of turns in
     * progress. Comes back by itself when the connection breaks.
     */
    watchRun(id: string, options?: WatchOptions): AsyncGenerator<WatchItem, void>;
    /** The events of a run that are recorded by now. */
    readEvents(id: string, options?: CallOptions): Promise<RunEvent[]>;
  };

export function createClient(options: ClientOptions): Client {
  const transport = createTransport(options);
  const { patienceMs = 30_000 } = options;
  const callable = (Object.entries(routes) as [string, Route][]).filter(
    ([, route]) => route.stream === undefined && route.bytes === undefined,
  );
  const calls = callable.map(([id, route]) => [
    id,
    (request: AnyRequest = {}, call: CallOptions = {}) =>
      callRoute(transport, options.url, {
        route,
        request,
        patienceMs: route.waitsForWork === true ? undefined : patienceMs,
        ...call,
      }),
  ]);
  return {
    ...(Object.fromEntries(calls) as RouteCalls),
    ...fileCalls(transport, options.url),
    watchRun: (id, watch = {}) => watchRun(transport, options.url, { runId: id, ...watch }),
    readEvents: (id, { signal } = {}) => readEvents(transport, options.url, { runId: id, signal }),
  };
}

interface AnyRequest {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

interface AnyCall extends CallOptions {
  readonly route: Route;
  readonly request: AnyRequest;
  readonly patienceMs: number | undefined;
}

async function callRoute(
  transport: Transport,
  url: string,
  { route, request, signal, patienceMs }: AnyCall,
): Promise<unknown> {
  const response = await transport({
    method: route.method.toUpperCase(),
    path: pathOf(route.path, request),
    headers: definedStrings(request.headers),
    body: request.body,
    signal,
    patienceMs,
  });
  // `/health` answers 503 with a proper body: what the table lists is an answer, not a failure.
  const schema = route.responses[response.status];
  if (schema === undefined) throw await errorOf(response, url);
  const parsed = schema.safeParse(await readJson(response, url, signal));
  if (!parsed.success) throw notOurs(url, 'something this client does not understand', parsed.error);
  return parsed.data;
}

async function readJson(response: Response, url: string, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    signal?.throwIfAborted();
    throw notOurs(url, 'something that is not JSON', cause);
  }
}

function pathOf(path: string, { params, query }: AnyRequest): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(String(params?.[name])));
  const search = new URLSearchParams(definedStrings(query)).toString();
  return search === '' ? filled : `${filled}?${search}`;
}

function definedStrings(values: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  const defined = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined.map(([name, value]) => [name, String(value)]));
}
