/** The OpenAPI 3.1 document, made from the route table; nothing in it is written by hand but the words around it. */

import { compact, errorBodySchema, errorCatalogue, routes, type ErrorCode } from '@perdure/contract';
import { createRoute, OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { z } from 'zod';
import type { Route } from './table.ts';

type Responses = RouteConfig['responses'];

/** What any authenticated route may answer besides its own errors: all of them read the query and the record. */
const commonErrors = [
  // A query parameter that is not known.
  'invalid_input',
  'unauthenticated',
  'forbidden',
  // For keys that are wrong, too often.
  'rate_limited',
  'internal',
  'unavailable',
  'storage_full',
  'storage_read_only',
  'storage_corrupt',
  'storage_replaced',
] as const satisfies readonly ErrorCode[];

let made: ReturnType<typeof makeDocument> | undefined;

export function openApiDocument(): ReturnType<typeof makeDocument> {
  return (made ??= makeDocument());
}

function makeDocument() {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono();
  const key = (name: string, description: string) =>
    registry.registerComponent('securitySchemes', name, { type: 'http', scheme: 'bearer', description }).name;
  const ownerKey = key('ownerKey', 'As `perdure key` prints it.');
  const principalKey = key('principalKey', 'As a principal of the hub was given it, once.');
  for (const [id, route] of Object.entries<Route>(routes)) {
    registry.registerPath(
      createRoute({
        operationId: id,
        method: route.method,
        path: route.path,
        summary: route.summary,
        description: route.description,
        tags: [tagOf(route.path)],
        security: securityOf(route, { ownerKey, principalKey }),
        request: requestOf(route),
        responses: { ...successes(route), ...failures(route) },
      }),
    );
  }
  return getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Perdure',
      version: '1',
      description: 'Durable agents on your own machine.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    // Whatever port it runs on: the one that served this document.
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([tag, description]) => ({ name: tag, description })),
  });
}

/** A principal is told by the hub what they may not do. */
function securityOf(
  { authenticated, hub }: Route,
  { ownerKey, principalKey }: Readonly<Record<'ownerKey' | 'principalKey', string>>,
) {
  if (!authenticated) return [];
  return hub === true ? [{ [ownerKey]: [] }, { [principalKey]: [] }] : [{ [ownerKey]: [] }];
}

/** By the first part of the path behind the version. */
const tags = {
  health: 'What runs, and what does not.',
  pipeline: 'One call that waits for its answer.',
  runs: 'Work of pipelines: start, look, steer.',
  waits: 'Questions to people, and their answers.',
  tasks: 'What somebody of the hub is to do, and what is told of it.',
  ledger: 'The ledgers of long pieces of work, to read.',
  pipelines: 'What can be run.',
  agents: 'Who can be asked.',
  tools: 'What agents can call.',
  problems: 'Files of definitions that are left out.',
  models: 'Who answers agents, and what was learnt of them.',
  auth: 'Whose key it is.',
  principals: 'People and agents of the hub, and their keys.',
  keys: 'Keys, taken back.',
  sessions: 'People in a browser.',
  channels: 'Where they meet, and what is said there.',
  families: 'Agents that one of them cares for, and how they are.',
  audit: 'What was managed in the hub, and by whom.',
  drive: 'Files of the hub: three steps up, and links down.',
  vault: 'Vaults of the hub: items that are sealed, and leases by which they are given.',
  'openapi.json': 'This document.',
} as const;

function tagOf(path: string): string {
  const noun = path.replace(/^\/api\/v1/, '').split('/')[1] ?? '';
  if (!Object.hasOwn(tags, noun)) throw new Error(`${path} has no tag in the OpenAPI document`);
  return noun;
}

function requestOf({ params, query, headers, body, bytes }: Route): NonNullable<RouteConfig['request']> {
  const content = bytes === 'taken' ? anyBytes : body && json(body);
  return compact({ params, query, headers, body: content && { required: true, content } });
}

function successes(route: Route): Responses {
  const bodies = Object.entries(route.responses).map(([status, schema]) => [
    status,
    { description: route.summary, content: json(schema) },
  ]);
  if (route.bytes === 'given') {
    return {
      200: { description: route.summary, content: anyBytes },
      206: { description: 'The part that was asked for.', content: anyBytes },
    };
  }
  if (route.stream === undefined) return Object.fromEntries(bodies) as Responses;
  return {
    200: { description: route.summary, content: { 'text/event-stream': { schema: route.stream } } },
    204: { description: 'Everything was already received, and nothing more will come.' },
  };
}

function failures(route: Route): Responses {
  const codes = new Set<ErrorCode>([
    ...route.errors,
    ...(route.authenticated || route.hub === true ? commonErrors : []),
  ]);
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

/** Of whatever type they were said to be. */
const anyBytes = { '*/*': { schema: { type: 'string', format: 'binary' } } } as const;

function json(schema: z.ZodType) {
  return { 'application/json': { schema } };
}
