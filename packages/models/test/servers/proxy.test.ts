import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { isLoopback, proxyFor } from '../../src/servers/proxy.ts';

const proxy = 'http://user:hunter2@proxy:3128/';

test('a server is asked through the proxy of its scheme, which is told without its password', () => {
  const env = { HTTPS_PROXY: proxy, HTTP_PROXY: 'http://plain:80' };
  expect(proxyFor('https://api.groq.com/v1', env)).toEqual({ origin: 'http://proxy:3128', variable: 'HTTPS_PROXY' });
  expect(proxyFor('http://gateway/v1', env)?.variable).toBe('HTTP_PROXY');
  expect(proxyFor('http://gateway/v1', { HTTPS_PROXY: proxy })).toBeUndefined();
  expect(proxyFor('https://api.groq.com/v1', {})).toBeUndefined();
});

test('a name in small letters wins', () => {
  const env = { HTTPS_PROXY: 'http://capital', https_proxy: 'http://small' };
  expect(proxyFor('https://host/v1', env)).toEqual({ origin: 'http://small', variable: 'https_proxy' });
});

test.each(['http://127.0.0.1:11434/v1', 'http://localhost:8000/v1', 'http://127.1.2.3/v1', 'http://[::1]:8080/v1'])(
  '%s is on this machine, and asked directly whatever is set',
  (url) => {
    expect(isLoopback(new URL(url).hostname)).toBe(true);
    expect(proxyFor(url, { HTTP_PROXY: proxy, http_proxy: proxy })).toBeUndefined();
  },
);

test.each(['http://127.example.com/v1', 'http://localhost.example.com/v1', 'http://128.0.0.1/v1'])(
  '%s is not on this machine',
  (url) => {
    expect(proxyFor(url, { HTTP_PROXY: proxy })).toBeDefined();
  },
);

const exceptions: readonly (readonly [exceptions: string, url: string, isDirect: boolean])[] = [
  ['*', 'http://host/v1', true],
  ['host', 'http://host/v1', true],
  ['host', 'http://other.host/v1', false],
  ['HOST', 'http://host/v1', true],
  ['.corp', 'http://llm.corp/v1', true],
  ['.corp', 'http://corp/v1', true],
  ['.corp', 'http://mycorp/v1', false],
  ['*.corp', 'http://corp/v1', false],
  ['*.corp', 'http://mycorp/v1', false],
  ['*.corp', 'http://llm.corp/v1', true],
  ['a, llm.corp', 'http://llm.corp/v1', true],
  ['host:8080', 'http://host:8080/v1', true],
  ['host:8080', 'http://host/v1', false],
  ['10.0.0.5', 'http://10.0.0.5/v1', true],
  ['10.0.0.1-10.0.0.9', 'http://10.0.0.5/v1', true],
  ['10.0.0.1-10.0.0.9', 'http://10.0.1.5/v1', false],
  ['', 'http://host/v1', false],
];

test.each(exceptions)('NO_PROXY=%j: %s is asked directly: %j', (except, url, isDirect) => {
  expect(proxyFor(url, { HTTP_PROXY: proxy, NO_PROXY: except }) === undefined).toBe(isDirect);
});

// A name is asked directly without ever being looked up; an address would be, so those are left out.
const byName = exceptions.filter(([, url, isDirect]) => !isDirect || !/\/\/\d/.test(url));

test.each(byName)('Node decides NO_PROXY=%j for %s in the same way', async (except, url, isDirect) => {
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    asked.push(incoming.url ?? '');
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ proxyEnv: { HTTP_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: except } });
  const outgoing = request(url, { agent, lookup: (_host, _options, done) => done(new Error('direct'), '') });
  const settled = new Promise<string>((resolve) => {
    outgoing.on('response', (response) => {
      response.resume();
      resolve('through');
    });
    outgoing.on('error', ({ message }) => resolve(message));
  });
  outgoing.end();
  expect([await settled, asked.length]).toEqual(isDirect ? ['direct', 0] : ['through', 1]);
});
