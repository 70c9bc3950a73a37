/** A person in a browser: a link, a cookie, and the key of a page. */

import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { pageKeyHeader } from '@perdure/contract';
import { createHubWorld, type HubWorld } from './hub-world.ts';

const own = 'http://127.0.0.1:7373';

interface Opened {
  readonly session: { readonly id: string; readonly life: string; readonly expiresAt: string };
  readonly principal: { readonly handle: string };
  readonly pageKey: string;
}

const linkOf = async ({ human }: HubWorld): Promise<string> =>
  ((await human.json('POST', '/api/v1/sessions', { json: {} })).body.data as { token: string }).token;

/** As a page does it, without any key. */
const bare = { authorization: '' };
async function openWith({ harness }: HubWorld, token: string) {
  const answer = await harness.json('POST', '/api/v1/sessions/open', {
    json: { token },
    headers: { ...bare, origin: own },
  });
  const setCookie = answer.headers.get('set-cookie') ?? '';
  return { ...answer, opened: answer.body.data as Opened, setCookie, cookie: setCookie.split(';')[0] ?? '' };
}

async function signedIn() {
  const time = { now: 1_700_000_000_000 };
  const world = await createHubWorld({ clock: () => time.now });
  const { opened, cookie, setCookie } = await openWith(world, await linkOf(world));
  const whole = { cookie, [pageKeyHeader]: opened.pageKey, origin: own, 'sec-fetch-site': 'same-origin' };
  /** Headers as a browser sends them; undefined leaves one out. */
  const ask = async (method: string, path: string, more: Record<string, string | undefined> = {}, json?: object) => {
    const headers = Object.fromEntries(
      Object.entries({
        host: '127.0.0.1:7373',
        ...whole,
        ...more,
        ...(json && { 'content-type': 'application/json' }),
      }).filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    const response = await world.harness.app.request(path, { method, headers, ...body });
    return { status: response.status, body: (await response.json()) as { data?: unknown; code?: string } };
  };
  return { ...world, time, opened, cookie, setCookie, ask };
}

test('a link is used once, by a cookie that no script reads and no other site sends', async () => {
  const { opened, setCookie, ask, human } = await signedIn();
  expect(opened).toMatchObject({ principal: { handle: 'human' }, session: { life: 'open' } });
  expect(setCookie).toMatch(/^perdure-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604800$/);
  expect((await ask('GET', '/api/v1/auth/me')).body.data).toEqual(human.principal);
  const said = await ask('POST', '/api/v1/channels', {}, { kind: 'group', name: 'Mine' });
  expect(said.status).toBe(201);
});

test('a link that was used, is too old, taken back or guessed opens nothing, and wrong ones count as wrong keys', async () => {
  const time = { now: 1_700_000_000_000 };
  const world = await createHubWorld({ clock: () => time.now });
  const token = await linkOf(world);
  const [one, other] = await Promise.all([openWith(world, token), openWith(world, token)]);
  expect(new Set([one.status, other.status])).toEqual(new Set([200, 401]));
  const old = await linkOf(world);
  time.now += 600_000;
  expect(await openWith(world, old)).toMatchObject({ status: 401, setCookie: '' });
  const statuses: number[] = [];
  for (let n = 0; n < 12; n += 1) statuses.push((await openWith(world, `guess-${n}`)).status);
  expect(statuses.slice(0, 8)).toEqual(statuses.slice(0, 8).map(() => 401));
  expect(statuses.at(-1)).toBe(429);
  expect((await openWith(world, await linkOf(world))).status).toBe(200);
});

test('A5: the cookie opens nothing alone, nor does the key of the page, in whatever header they come', async () => {
  const { ask, opened, cookie } = await signedIn();
  const status = async (more: Record<string, string | undefined>) => (await ask('GET', '/api/v1/auth/me', more)).status;
  const secret = cookie.split('=')[1] ?? '';
  expect(await status({ [pageKeyHeader]: undefined })).toBe(401);
  expect(await status({ cookie: undefined })).toBe(401);
  expect(await status({ [pageKeyHeader]: `${opened.pageKey}x` })).toBe(401);
  expect(await status({ cookie: `${cookie}; ${cookie}` })).toBe(401);
  for (const key of [secret, opened.pageKey, `${secret}.${opened.pageKey}`, `session ${secret}.${opened.pageKey}`]) {
    expect(await status({ cookie: undefined, [pageKeyHeader]: undefined, authorization: `Bearer ${key}` })).toBe(401);
  }
  expect(await status({ authorization: 'Bearer sk_sesame_wrong' })).toBe(401);
  expect(await status({})).toBe(200);
});

test('A5: a page of another origin changes nothing and reads nothing, though the browser sends the cookie', async () => {
  const { ask } = await signedIn();
  const change = async (more: Record<string, string | undefined>) =>
    (await ask('POST', '/api/v1/channels', more, { kind: 'group', name: 'Theirs' })).status;
  expect(await change({ origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-site' })).toBe(403);
  expect(await change({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await change({ origin: 'null' })).toBe(403);
  expect(await change({ origin: undefined, 'sec-fetch-site': undefined })).toBe(403);
  expect(await change({ 'sec-fetch-site': 'same-site' })).toBe(403);
  expect((await ask('GET', '/api/v1/channels', { 'sec-fetch-site': 'same-site' })).status).toBe(403);
  expect((await ask('GET', '/api/v1/channels', { origin: undefined })).status).toBe(200);
  expect(await change({})).toBe(201);
});

test('a session ends by its time, by whose it is, and by the owner', async () => {
  const { ask, time, opened, owner, keeper } = await signedIn();
  const path = `/api/v1/sessions/${opened.session.id}/revoke`;
  expect((await keeper.json('POST', path)).status).toBe(404);
  const listed = async () => ((await owner('GET', '/api/v1/sessions?all=true')).body.data as unknown[]).length;
  expect(await listed()).toBe(1);
  expect((await ask('POST', path)).body.data).toMatchObject({ life: 'ended' });
  expect((await ask('GET', '/api/v1/auth/me')).status).toBe(401);
  expect(await listed()).toBe(0);

  const second = await signedIn();
  second.time.now += 7 * 86_400_000 - 1;
  expect((await second.ask('GET', '/api/v1/auth/me')).status).toBe(200);
  second.time.now += 1;
  expect((await second.ask('GET', '/api/v1/auth/me')).status).toBe(401);
  expect(time.now).toBeGreaterThan(0);
});

test('A4: a session of somebody who is not the owner opens the hub and nothing else, and makes no link for others', async () => {
  const { ask, keeper } = await signedIn();
  expect((await ask('GET', '/api/v1/runs')).status).toBe(403);
  expect((await ask('GET', '/api/v1/sessions?all=true')).status).toBe(403);
  expect((await ask('POST', '/api/v1/sessions', {}, { principalId: keeper.principal.id })).status).toBe(403);
});

test('what opens a session is in no table, no audit and no log', async () => {
  const world = await createHubWorld();
  const token = await linkOf(world);
  const { opened, cookie } = await openWith(world, token);
  const { sqlite } = world.harness.database;
  const tables = sqlite.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[];
  const rows = tables.flatMap(({ name }) => sqlite.prepare(`SELECT * FROM "${name}"`).all());
  const kept = JSON.stringify(rows) + world.harness.logged.join('\n');
  expect(kept).toContain(opened.session.id);
  for (const secret of [token, cookie.split('=')[1] ?? '', opened.pageKey]) {
    expect(secret).toHaveLength(43);
    expect(kept).not.toContain(secret);
  }
});

test('the page is open to all, runs nothing but its own script and loads nothing from elsewhere', async () => {
  const { harness } = await createHubWorld();
  const response = await harness.app.request('/', { headers: { host: '127.0.0.1:7373' } });
  expect(response.status).toBe(200);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'/,
  );
  expect(policy).not.toContain('unsafe');
  const html = await response.text();
  const [, script = ''] = /<script>([^]*)<\/script>/.exec(html) ?? [];
  expect(script.length).toBeGreaterThan(1_000);
  expect(new Script(script)).toBeDefined();
  expect(html).not.toMatch(/https?:|\bsrc=|\bhref=|\bon\w+=/);
  expect((await harness.app.request('/', { headers: { host: 'evil.example' } })).status).toBe(403);
  expect((await harness.app.request('/', { method: 'POST', headers: { host: '127.0.0.1:7373' } })).status).toBe(405);
});
