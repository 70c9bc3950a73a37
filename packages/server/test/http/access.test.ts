import { describe, expect, test } from 'vitest';
import { errorBodySchema, routes, type Route } from '@perdure/contract';
import { createHarness, ownerKey } from './harness.ts';

const table = Object.entries<Route>(routes);
const pathOf = (route: Route) => route.path.replaceAll(/\{\w+\}/g, '01890000-0000-7000-8000-000000000000');

const refused = {
  none: {},
  malformed: { authorization: ownerKey },
  'of another scheme': { authorization: `Basic ${ownerKey}` },
  wrong: { authorization: 'Bearer sk_perdure_wrong' },
  empty: { authorization: 'Bearer ' },
  doubled: { authorization: `Bearer ${ownerKey} ${ownerKey}` },
};

describe('the owner key', () => {
  for (const [id, route] of table) {
    test(`A3: ${id} with no key, or one that is none, is ${route.authenticated ? 'refused' : 'served, being open'}`, async () => {
      const { app } = await createHarness();
      for (const [name, headers] of Object.entries(refused)) {
        const response = await app.request(pathOf(route), {
          method: route.method.toUpperCase(),
          headers: { host: '127.0.0.1', ...headers },
        });
        expect([name, response.status === 401]).toEqual([name, route.authenticated]);
        if (response.status !== 401) continue;
        const body = errorBodySchema.parse(await response.json());
        expect(body.code).toBe('unauthenticated');
        expect(JSON.stringify(body)).not.toContain(ownerKey);
        expect(response.headers.get('www-authenticate')).toContain('Bearer');
      }
    });
    test(`${id} has a handler that the right key reaches`, async () => {
      const { request } = await createHarness();
      const response = await request(route.method.toUpperCase(), pathOf(route));
      // Nothing is at these ids and there is no body, but never is it a missing route, a refusal or a failure of ours.
      expect([200, 404, 415]).toContain(response.status);
      if (response.status === 404)
        expect(await response.text()).toMatch(
          /There is no (such thing: Invalid option|run|task|principal|key|item|lease|grant|family|file|session)|You are in no (channel|vault)|You have no task|This (upload URL|link) has ended/,
        );
    });
  }

  test('A3: in the query string is not a key', async () => {
    const { app } = await createHarness();
    const response = await app.request(`/api/v1/runs?key=${ownerKey}&access_token=${ownerKey}`, {
      headers: { host: '127.0.0.1' },
    });
    expect(response.status).toBe(401);
  });

  test('is asked for before telling whether a path exists', async () => {
    const { app } = await createHarness();
    expect((await app.request('/nothing', { headers: { host: '127.0.0.1' } })).status).toBe(401);
  });
});

describe('the address', () => {
  const cases: [Record<string, string>, number][] = [
    [{ host: '127.0.0.1:7373' }, 200],
    [{ host: '127.0.0.1' }, 200],
    [{ host: 'localhost:7373' }, 403],
    [{ host: '[::1]:7373' }, 403],
    [{ host: 'LOCALHOST' }, 403],
    [{ host: 'evil.example:7373' }, 403],
    [{ host: 'localhost.evil.example' }, 403],
    [{ host: '127.0.0.1.nip.io' }, 403],
    [{ host: 'localhost@evil.example' }, 403],
    [{ host: '0.0.0.0:7373' }, 403],
    [{ host: '127.0.0.1:7373', origin: 'http://127.0.0.1:7373' }, 200],
    [{ host: '127.0.0.1:7373', origin: 'http://127.0.0.1:3000' }, 403],
    [{ host: '127.0.0.1:7373', origin: 'https://127.0.0.1:7373' }, 403],
    [{ host: '127.0.0.1:7373', origin: 'http://evil.example' }, 403],
    [{ host: '127.0.0.1:7373', origin: 'null' }, 403],
  ];
  test.each(cases)('A1, A2: a request with %j is answered %i, with and without the key', async (headers, status) => {
    const { app, request } = await createHarness();
    expect((await app.request('/health', { headers })).status).toBe(status);
    expect((await request('GET', '/api/v1/runs', { headers })).status).toBe(status);
  });

  test('A1: without a Host header nothing is served', async () => {
    const { app } = await createHarness();
    expect((await app.request('/health')).status).toBe(403);
  });
});
