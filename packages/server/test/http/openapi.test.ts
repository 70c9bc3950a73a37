import { expect, test } from 'vitest';
import { errorCatalogue, routes, type Route } from '@perdure/contract';
import { createHarness } from './harness.ts';

interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Record<
    string,
    Record<
      string,
      {
        summary: string;
        description: string;
        security: object[];
        responses: Record<string, { content?: object }>;
        parameters?: { name: string }[];
      }
    >
  >;
  readonly components: { readonly securitySchemes: object };
}

/** Keys of principals open the hub, and nothing else. */
function securityOf({ authenticated, hub }: Route): readonly object[] {
  if (!authenticated) return [];
  return hub === true ? [{ ownerKey: [] }, { principalKey: [] }] : [{ ownerKey: [] }];
}

test('the OpenAPI document tells every route with its answers, its failures and whether it needs the key', async () => {
  const { json } = await createHarness();
  const document = (await json('GET', '/api/v1/openapi.json')).body as unknown as OpenApiDocument;
  expect(document.openapi).toBe('3.1.0');
  for (const route of Object.values<Route>(routes)) {
    const operation = document.paths[route.path]?.[route.method];
    expect(operation?.security).toEqual(securityOf(route));
    const statuses = Object.keys(operation?.responses ?? {}).map(Number);
    expect(statuses).toEqual(expect.arrayContaining(Object.keys(route.responses).map(Number)));
    expect(statuses).toEqual(expect.arrayContaining(route.errors.map((code) => errorCatalogue[code].httpStatus)));
    const named = (operation?.parameters ?? []).map((parameter) => parameter.name);
    expect(named).toEqual(expect.arrayContaining(Object.keys(route.params?.shape ?? {})));
  }
  expect(Object.values(document.paths).flatMap((path) => Object.keys(path))).toHaveLength(Object.keys(routes).length);
  const patterns = [...JSON.stringify(document).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(
    ([, text = '']) => JSON.parse(text) as string,
  );
  expect(patterns.length).toBeGreaterThan(10);
  for (const pattern of patterns) {
    expect(() => new RegExp(pattern, 'u')).not.toThrow();
    expect(pattern, 'a flag becomes a part of the pattern').not.toMatch(/\/[a-z]*$|\\p\{/);
  }
  expect(document.components.securitySchemes).toHaveProperty('ownerKey');
  expect(document.paths['/pipeline']?.['post']).toMatchObject({
    requestBody: {
      content: { 'application/json': { schema: { properties: { prompt: { type: 'string' } }, required: ['prompt'] } } },
    },
  });
});

test('each operation says in a sentence what it does, and in others what a caller needs to know besides', async () => {
  const { json } = await createHarness();
  const document = (await json('GET', '/api/v1/openapi.json')).body as unknown as OpenApiDocument;
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  for (const { summary, description } of operations) {
    expect(summary).toMatch(/^[A-Z].*\.$/);
    expect(description).toMatch(/^[A-Z`].{30,}\.$/);
    expect(description).not.toContain(summary);
  }
});
