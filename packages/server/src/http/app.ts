/**
 * The HTTP API: the contract's route table with a handler for each entry, behind the checks of `security.ts`. It needs
 * no socket: `app.request(…)` is the whole of it.
 */

import type { HttpBindings } from '@hono/node-server';
import { PerdureError, routes, type Principal } from '@perdure/contract';
import { Hono, type Context } from 'hono';
import type { Dependencies } from './dependencies.ts';
import { errorResponse } from './errors.ts';
import { isSecure, loopbackEntrance, type Arrival, type Entrance } from './entrance.ts';
import { createHandlers } from './handlers.ts';
import { answerMcp, mcpPath } from './mcp.ts';
import { piecesOf } from './body.ts';
import { createMissingRoutes } from './missing-routes.ts';
import { openApiDocument } from './openapi.ts';
import { landingPage } from './page/page.ts';
import { parseRequest } from './parse.ts';
import { bearerOf, checkOperator, type KeyCheck } from './security.ts';
import { sessionCookie, sessionKeyIn } from './session-cookie.ts';
import type { AnyHandler, FileReply, JsonReply, Route, RouteId, StreamReply } from './table.ts';

interface Env {
  readonly Variables: { requestId: string; by: Principal | undefined; arrival: Arrival };
  /** Of requests that came over a socket. */
  readonly Bindings: Partial<HttpBindings> & { readonly entrance?: Entrance };
}

const table = Object.entries(routes) as [RouteId, Route][];
const openApiPath = '/api/v1/openapi.json';
const pagePath = '/';
const openPaths = [pagePath, ...table.filter(([, route]) => !route.authenticated).map(([, { path }]) => path)].map(
  (path) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
);

export interface AppOptions extends Dependencies {
  readonly checkKey: KeyCheck;
}

export type App = Hono<Env>;

export function createApp(options: AppOptions): App {
  const app: App = new Hono<Env>();

  // Outermost, so that refusals and failures carry these headers too.
  app.use(async (c, next) => {
    c.set('requestId', options.newId());
    await next();
    c.res.headers.set('cache-control', 'no-store');
    c.res.headers.set('x-content-type-options', 'nosniff');
    c.res.headers.set('x-request-id', c.get('requestId'));
  });
  app.use(async (c, next) => {
    const arrival = arrivalOf(c);
    c.set('arrival', arrival);
    if (!openPaths.some((path) => path.test(c.req.path))) {
      const { principal } = await options.checkKey(keyIn(c, arrival), arrival.address);
      c.set('by', principal);
    }
    await next();
  });
  addRoutes(app, createHandlers(options));
  app.get(pagePath, () => landingPage());
  app.all(pagePath, () => {
    throw methodNotAllowed(pagePath);
  });
  app.all(mcpPath, async (c) => {
    checkOperator(c.get('by'));
    return await answerMcp(options.mcp, c.req.raw);
  });
  const noteMissing = createMissingRoutes(options.log);
  app.notFound((c) => {
    if (c.get('by') !== undefined) noteMissing(c.req.method, c.req.path);
    return failure(c, options, notFound(c));
  });
  app.onError((error, c) => failure(c, options, error));
  return app;
}

function addRoutes(app: App, handlers: Record<RouteId, unknown>): void {
  for (const [id, route] of table) {
    app.on(route.method, honoPath(route.path), (c) => answer(c, route, handlers[id] as AnyHandler));
  }
  app.get(openApiPath, () => Response.json(openApiDocument()));
  // A step key holds slashes. After the others, so that `…/<id>/steps` stays what it is; a key that looks like them is
  // sent encoded.
  app.get('/api/v1/runs/:id{.+/.+}', (c) => answer(c, routes.getRun, handlers.getRun as AnyHandler));
  for (const path of new Set([...table.map(([, route]) => route.path), openApiPath])) {
    app.all(honoPath(path), () => {
      throw methodNotAllowed(path);
    });
  }
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

async function answer(c: Context<Env>, route: Route, handler: AnyHandler): Promise<Response> {
  const request = c.req.raw;
  const by = c.get('by');
  if (route.authenticated && route.hub !== true) checkOperator(by);
  const input = await parseRequest(route, { params: c.req.param(), query: c.req.queries(), request });
  const incoming = { said: saidBytes(request), pieces: piecesOf(request) };
  return toResponse(await handler(input, { signal: request.signal, by, ...c.get('arrival'), incoming }));
}

function saidBytes({ headers }: Request): number | undefined {
  const said = headers.get('content-length');
  return said === null ? undefined : Number(said);
}

function toResponse(reply: JsonReply<number, unknown> | StreamReply | FileReply): Response {
  if ('file' in reply) {
    const { status, headers, pieces } = reply.file;
    return new Response(ReadableStream.from(pieces), { status, headers: { ...headers } });
  }
  if ('status' in reply) return Response.json(reply.body, { status: reply.status, headers: { ...reply.headers } });
  if (reply.stream === undefined) return new Response(null, { status: 204 });
  return new Response(reply.stream, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
}

/** A header that names a key is all that counts; a session is what is shown without one. */
function keyIn(c: Context<Env>, arrival: Arrival): string | undefined {
  const { headers } = c.req.raw;
  if (headers.has('authorization')) return bearerOf(headers);
  return sessionKeyIn(headers, { method: c.req.method, name: sessionCookie({ isSecure: isSecure(arrival) }).name });
}

const local = loopbackEntrance();

function arrivalOf({ env, req }: Context<Env>): Arrival {
  return (env?.entrance ?? local)(req.raw.headers, env?.incoming?.socket.remoteAddress);
}

function failure(c: Context<Env>, options: AppOptions, error: unknown): Response {
  const { method, path } = c.req;
  return errorResponse(error, { requestId: c.get('requestId'), method, path, log: options.log });
}

function notFound(c: Context<Env>): PerdureError {
  return new PerdureError('not_found', `There is nothing at ${c.req.path}; ${openApiPath} lists what there is.`);
}

function methodNotAllowed(path: string): PerdureError {
  const methods = table.filter(([, route]) => route.path === path).map(([, route]) => route.method.toUpperCase());
  const allow = methods.length === 0 ? ['GET'] : methods;
  return new PerdureError('method_not_allowed', `${path} accepts ${allow.join(' and ')} only.`, { details: { allow } });
}
