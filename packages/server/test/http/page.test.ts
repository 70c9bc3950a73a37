/** The page behind a link, in a real browser. */

import { randomUUIDv7 } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pageKeyHeader } from '@perdure/contract';
import { findBrowser, openBrowser, type Browser } from '@perdure/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { listenHttp } from './harness.ts';
import { createHubWorld } from './hub-world.ts';

const program = findBrowser();

/** Expressions in the page. */
const isIn = `!document.getElementById('inside').hidden`;
const says = (text: string): string => `document.getElementById('said').textContent.includes('${text}')`;
const isOut = `document.getElementById('inside').hidden && (${says('not signed in')})`;
const shown = 'document.body.innerText';

describe.skipIf(program === undefined)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(program ?? '');
  });
  afterAll(async () => await browser.close());

  /** The page at a port of its own, with somebody who has not been there yet. */
  async function arrival() {
    const world = await createHubWorld();
    const { harness, human } = world;
    const server = await listenHttp(harness.app, { port: 0, newId: randomUUIDv7, log: harness.options.log });
    onTestFinished(async () => {
      harness.closing.abort();
      await server.close();
    });
    const url = `http://127.0.0.1:${server.port}/`;
    const link = async (by = human): Promise<string> => {
      const { token } = (await by.json('POST', '/api/v1/sessions', { json: {} })).body.data as { token: string };
      return `${url}#${token}`;
    };
    const visitor = await browser.visitor();
    return { ...world, server, url, link, visitor, page: await visitor.page() };
  }

  test('a link leads inside and is out of the address, a reload stays inside, and nothing is complained of', async () => {
    const { page, link, url } = await arrival();
    await page.goto(await link());
    await page.wait(isIn);
    expect(await page.evaluate('location.href')).toBe(url);
    expect(await page.evaluate(shown)).toMatch(/The human \(human\)[^]*Plans\s+group/);
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.evaluate('window.before = true');
    await page.send('Page.reload');
    await page.wait(`window.before === undefined && ${isIn}`);
    expect(page.complaints).toEqual([]);
  });

  test('a link that is opened where the page is open already is used too, and ends the session before it', async () => {
    const { page, link, url, human } = await arrival();
    await page.goto(url);
    await page.wait(isOut);
    for (const _ of [1, 2]) {
      const [before] = (await human.json('GET', '/api/v1/sessions')).body.data as { id: string }[];
      await page.goto(await link());
      const key = `JSON.parse(localStorage.getItem('perdure-session'))`;
      await page.wait(`${isIn} && location.hash === '' && ${key}.id !== '${before?.id ?? ''}'`);
      await expect
        .poll(async () => ((await human.json('GET', '/api/v1/sessions')).body.data as unknown[]).length)
        .toBe(1);
    }
  });

  test('a link that was used leads nobody in, and puts nobody out who is in', async () => {
    const { page, link, visitor, url } = await arrival();
    const used = await link();
    await page.goto(used);
    await page.wait(isIn);
    await page.goto(used);
    await page.wait(`${says('was used before')} && ${isIn}`);
    const other = await (await browser.visitor()).page();
    await other.goto(used);
    await other.wait(`${says('was used before')} && document.getElementById('inside').hidden`);
    expect(await other.evaluate('location.href')).toBe(url);
    const second = await visitor.page();
    await second.goto(url);
    await second.wait(isIn);
  });

  test('by the keyboard alone one signs out, in all tabs, and the way back shows nothing', async () => {
    const { page, link, visitor, url, human } = await arrival();
    await page.goto(await link());
    await page.wait(isIn);
    const second = await visitor.page();
    await second.goto(url);
    await second.wait(isIn);
    await second.press('Tab');
    await second.press('Enter');
    await second.wait(says('You are signed out.'));
    expect(await second.evaluate('document.activeElement.id')).toBe('said');
    await page.wait(isOut);
    expect((await human.json('GET', '/api/v1/sessions')).body.data).toEqual([]);
    await page.goto('about:blank');
    await page.wait(`location.href === 'about:blank'`);
    // Behind the answer: a page that is left while it is asked answers nothing.
    await page.evaluate('void setTimeout(() => history.back())');
    await page.wait(`location.href === '${url}' && ${isOut}`);
  });

  test('a session that ended elsewhere, and a server that is gone, are told in a sentence', async () => {
    const { page, link, human, harness, server } = await arrival();
    await page.goto(await link());
    await page.wait(isIn);
    const [session] = (await human.json('GET', '/api/v1/sessions')).body.data as { id: string }[];
    await human.json('POST', `/api/v1/sessions/${session?.id}/revoke`);
    await page.send('Page.reload');
    await page.wait(says('not signed in any more'));
    const token = (await link()).split('#')[1] ?? '';
    harness.closing.abort();
    await server.close();
    await page.evaluate(`location.hash = '${token}'`);
    await page.wait(says('The server does not answer'));
    expect(await page.evaluate('location.hash')).toBe('');
  });

  test('a browser that keeps nothing is told so before the link is used up', async () => {
    const { page, link } = await arrival();
    const denied = `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })`;
    await page.send('Page.addScriptToEvaluateOnNewDocument', { source: denied });
    const url = await link();
    await page.goto(url);
    await page.wait(says('keeps nothing for this page'));
    const other = await (await browser.visitor()).page();
    await other.goto(url);
    await other.wait(isIn);
  });

  test('A2, A5: a page of another port reads nothing and changes nothing, though it is sent the cookie', async () => {
    const { page, link, visitor, url, human } = await arrival();
    await page.goto(await link());
    await page.wait(isIn);
    const pageKey = await page.evaluate(`JSON.parse(localStorage.getItem('perdure-session')).pageKey`);
    const cookies: (string | undefined)[] = [];
    const stranger = createServer(({ headers }, response) => {
      cookies.push(headers.cookie);
      response.setHeader('content-type', 'text/html').end('<title>Another</title>');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void stranger.close());
    const other = await visitor.page();
    await other.goto(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`);
    await other.wait(`document.title === 'Another'`);
    expect(cookies.join()).toContain('perdure-session=');
    const ask = async (path: string, more: string): Promise<unknown> =>
      await other.evaluate(
        `fetch('${url}${path}', { credentials: 'include', ${more} }).then((r) => r.status, () => 'refused')`,
      );
    const withKey = `headers: { '${pageKeyHeader}': '${String(pageKey)}' }`;
    expect(await ask('api/v1/auth/me', '')).toBe('refused');
    expect(await ask('api/v1/auth/me', withKey)).toBe('refused');
    const body = `method: 'POST', mode: 'no-cors', body: '{"kind":"group","name":"Theirs"}'`;
    expect(await ask('api/v1/channels', body)).not.toBe(201);
    const names = ((await human.json('GET', '/api/v1/channels')).body.data as { name: string }[]).map((c) => c.name);
    expect(names).toEqual(['Plans']);
    const frame = `new Promise((done) => { const f = document.createElement('iframe'); f.onload = () => {
      try { done(f.contentDocument?.body.innerText ?? 'closed') } catch { done('closed') } };
      f.src = '${url}'; document.body.append(f); })`;
    expect(await other.evaluate(frame)).toBe('closed');
    expect(other.complaints.join('\n')).toContain('frame-ancestors');
  });

  test('on a narrow phone nothing is wider than the screen, whatever a channel is called', async () => {
    const { page, link, human } = await arrival();
    const json = { kind: 'group', name: 'Donaudampfschifffahrtsgesellschaft'.repeat(2) };
    await human.json('POST', '/api/v1/channels', { json });
    const screen = { width: 320, height: 640, deviceScaleFactor: 2, mobile: true };
    await page.send('Emulation.setDeviceMetricsOverride', screen);
    await page.goto(await link());
    await page.wait(isIn);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    expect(await page.evaluate(shown)).toContain(json.name);
  });

  test('what others have written is shown as text', async () => {
    const { page, link, human } = await arrival();
    const json = { kind: 'group', name: '<img src=x onerror="window.hit=1">' };
    await human.json('POST', '/api/v1/channels', { json });
    await page.goto(await link());
    await page.wait(isIn);
    expect(await page.evaluate(shown)).toContain(json.name);
    expect(await page.evaluate('window.hit')).toBeUndefined();
    expect(page.complaints).toEqual([]);
  });
});
