/** The OpenAPI 3.1 document, made from the route table; nothing in it is written by hand but the words around it. */

import { compact, errorBodySchema, errorCatalogue, routes, type ErrorCode } from '@perdure/contract';
import { createRoute, OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { z } from 'zod';
import type { Route } from './table.ts';

type Responses = RouteConfig['responses'];

/** What any authenticated route may answer besides its own errors. */
const commonErrors = ['unauthenticated', 'forbidden', 'internal'] as const satisfies readonly ErrorCode[];

let made: ReturnType<typeof makeDocument> | undefined;

export function openApiDocument(): ReturnType<typeof makeDocument> {
  return (made ??= makeDocument());
}

function makeDocument() {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono();
  const { name } = registry.registerComponent('securitySchemes', 'ownerKey', { type: 'http', scheme: 'bearer' });
  for (const [id, route] of Object.entries<Route>(routes)) {
    registry.registerPath(
      createRoute({
        operationId: id,
        method: route.method,
        path: route.path,
        summary: route.summary,
        security: route.authenticated ? [{ [name]: [] }] : [],
        request: requestOf(route),
        responses: { ...successes(route), ...failures(route) },
      }),
    );
  }
  return getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Perdure', version: '1', description: 'Durable agents on your own machine.' },
  });
}

function requestOf({ params, query, headers, body }: Route): NonNullable<RouteConfig['request']> {
  return compact({ params, query, headers, body: body && { required: true, content: json(body) } });
}

function successes(route: Route): Responses {
  const bodies = Object.entries(route.responses).map(([status, schema]) => [
    status,
    { description: route.summary, content: json(schema) },
  ]);
  if (route.stream === undefined) return Object.fromEntries(bodies) as Responses;
  return {
    200: { description: route.summary, content: { 'text/event-stream': { schema: route.stream } } },
    204: { description: 'Everything was already received, and nothing more will come.' },
  };
}

function failures(route: Route): Responses {
  const codes = [...route.errors, ...(route.authenticated ? commonErrors : [])];
  const byStatus = Map.groupBy(codes, (code) => errorCatalogue[code].httpStatus);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `${code}: ${errorCatalogue[code].title}`).join('; '),
        content: json(errorBodySchema),
      },
    ]),
  );
}

function json(schema: z.ZodType) {
  return { 'application/json': { schema } };
}
