import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { until } from '@perdure/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ResolvedAddress } from '../../src/tools/shipped/guarded-request.ts';
import { createHttpGet, type HttpGetOptions } from '../../src/tools/shipped/http-get.ts';
import { callTool, dataOf, failureOf } from './support.ts';

/** A server on loopback, which `http-get` reaches only because a test allows its address. */
async function serve(listener: RequestListener) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  let connections = 0;
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, requests, connections: () => connections };
}

/** Bytes as they are, to each connection. */
async function serveRaw(answer: (socket: Socket) => void): Promise<string> {
  const server = createSocketServer((socket) => {
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined).once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const loopback = (address: string) => address === '127.0.0.1';

function answering(...answers: readonly (readonly string[])[]) {
  const asked: string[] = [];
  const lookup = async (hostname: string): Promise<readonly ResolvedAddress[]> => {
    const answer = answers[Math.min(asked.push(hostname), answers.length) - 1] ?? [];
    return answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return { lookup, asked };
}

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.from(`xxx${'ä'.repeat(32_768)}`);
}

interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  readonly truncated: boolean;
}

const get = (url: string, options: HttpGetOptions = {}, signal?: AbortSignal) =>
  callTool(createHttpGet({ isAllowed: loopback, ...options }), { url }, signal === undefined ? {} : { signal });

describe('what http-get returns', () => {
  it('is the text of a page, with status and type, asked for without cookies or credentials', async () => {
    const { url, requests } = await serve((_request, response) => {
      response.writeHead(404, { 'content-type': 'text/html; charset=utf-8', 'set-cookie': 'a=b' }).end('<p>Grüße</p>');
    });
    const page = { status: 404, contentType: 'text/html; charset=utf-8', text: '<p>Grüße</p>', truncated: false };
    expect(await dataOf(get(`${url}/a?b=c#d`))).toEqual(page);
    expect(await dataOf(get(url))).toEqual(page);
    expect(requests.map((request) => request.url)).toEqual(['/a?b=c', '/']);
    for (const { method, headers } of requests) {
      expect(method).toBe('GET');
      expect(headers).not.toHaveProperty('cookie');
      expect(headers).not.toHaveProperty('authorization');
    }
  });

  it.each([
    ['application/json', Buffer.from('{}'), '{}'],
    ['application/problem+json', Buffer.from('{}'), '{}'],
    ['image/svg+xml', Buffer.from('<svg/>'), '<svg/>'],
    ['text/plain; charset=latin1', Buffer.from([0xe4]), 'ä'],
    ['text/plain; charset=no-such', Buffer.from('ä'), 'ä'],
  ])('is text where the type is %s', async (type, body, text) => {
    const { url } = await serve((_request, response) => response.writeHead(200, { 'content-type': type }).end(body));
    expect(await dataOf(get(url))).toMatchObject({ text });
  });

  it.each([
    [{ 'content-type': 'image/png' }, /image\/png/],
    [{ 'content-type': 'application/octet-stream' }, /octet-stream/],
    [{ 'content-type': 'application/pdf' }, /pdf/],
    [{}, /no type/],
    [{ 'content-type': 'text/html', 'content-encoding': 'gzip' }, /gzip/],
  ])('is a failure in words for %j', async (headers, message) => {
    const { url } = await serve((_request, response) => response.writeHead(200, headers).end('abc'));
    expect(await failureOf(get(url))).toMatch(message);
  });

  it('is no text where there is none', async () => {
    const { url } = await serve((_request, response) => response.writeHead(204).end());
    expect(await dataOf(get(url))).toEqual({ status: 204, contentType: '', text: '', truncated: false });
  });

  it('ends at 5 MiB, between two characters, and stops the server that goes on', async () => {
    let isClosed = false;
    const { url } = await serve((_request, response) => {
      response.on('close', () => (isClosed = true));
      response.writeHead(200, { 'content-type': 'text/plain' });
      Readable.from(endless()).pipe(response);
    });
    const { text, truncated } = await dataOf<Page>(get(url));
    expect(truncated).toBe(true);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(5 * 1024 * 1024);
    expect(Buffer.byteLength(text)).toBeGreaterThan(5 * 1024 * 1024 - 4);
    expect(text).not.toContain('\ufffd');
    await until(() => isClosed, { what: 'the connection is closed' });
  });

  it('is not marked as truncated at exactly 5 MiB', async () => {
    const body = 'x'.repeat(5 * 1024 * 1024);
    const { url } = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end(body),
    );
    const { text, truncated } = await dataOf<Page>(get(url));
    expect([text.length, truncated]).toEqual([body.length, false]);
  });

  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n';

  it.each([
    [
      'goes over to another protocol',
      'HTTP/1.1 101 x\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      /another protocol/,
    ],
    ['closes without a word', '', /could not be reached \(ECONNRESET\)/],
    ['ends before the length it announced', `${head}content-length: 9\r\n\r\nabc`, /broke off/],
    ['ends in the middle of a chunk', `${head}transfer-encoding: chunked\r\n\r\n9\r\nabc`, /broke off/],
  ])('is a failure where the server %s', async (_what, text, message) => {
    const url = await serveRaw((socket) => socket.end(text));
    expect(await failureOf(get(url))).toMatch(message);
  });

  it('is a failure where a page without a length is reset before its end', async () => {
    const url = await serveRaw((socket) => {
      socket.write(`${head}\r\nabc`, () => setImmediate(() => socket.resetAndDestroy()));
    });
    expect(await failureOf(get(url))).toMatch(/broke off|ECONNRESET/);
  });

  it.each([
    ['a page without a length', `${head}\r\nabc`],
    ['a page that is not whole', `${head}content-length: 9\r\n\r\nabc`],
    ['a server that says nothing but to wait', 'HTTP/1.1 102 Processing\r\n\r\n'],
  ])('is a failure where the time is over within %s', async (_what, text) => {
    const url = await serveRaw((socket) => socket.write(text));
    expect(await failureOf(get(url, { timeoutMs: 300 }))).toMatch(/took longer than 0.3 s/);
  });

  it('is a failure in words, without addresses, where nobody answers', async () => {
    const { url, port } = await serve((_request, response) => response.destroy());
    expect(await failureOf(get(url))).toMatch(/could not be reached \(ECONNRESET\)/);
    const refusing = await failureOf(
      get('http://nobody.example', {
        lookup: async () => Promise.reject(Object.assign(new Error('at 10.0.0.53'), { code: 'ENOTFOUND' })),
      }),
    );
    expect(refusing).toBe('The server could not be reached (ENOTFOUND); check the host name, or try again later.');
    expect(refusing).not.toContain(String(port));
  });
});

describe('the time of http-get', () => {
  it('is limited in all, also where the body trickles', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).write('a');
    });
    expect(await failureOf(get(url, { timeoutMs: 50 }))).toMatch(/longer than 0.05 s/);
  });

  it('is limited also where the name never resolves', async () => {
    expect(await failureOf(get('http://slow.example', { timeoutMs: 50, lookup: () => new Promise(() => {}) }))).toMatch(
      /longer than/,
    );
  });

  it('ends when the run is cancelled', async () => {
    const abort = new AbortController();
    const { url } = await serve(() => abort.abort());
    expect(await failureOf(get(url, {}, abort.signal))).toMatch(/was stopped/);
  });
});

describe('redirects', () => {
  it('are followed five times, to paths and to other hosts, and no sixth time', async () => {
    const { url, requests, port } = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.writeHead(200, { 'content-type': 'text/plain' }).end('there');
      else
        response
          .writeHead(302, { location: left % 2 === 0 ? `/${left - 1}` : `http://other.example:${port}/${left - 1}` })
          .end();
    });
    const { lookup } = answering(['127.0.0.1']);
    expect(await dataOf(get(`${url}/5`, { lookup }))).toMatchObject({ text: 'there' });
    expect(requests).toHaveLength(6);
    expect(await failureOf(get(`${url}/6`, { lookup }))).toMatch(/redirected more than 5 times/);
    expect(requests).toHaveLength(12);
  });

  it.each([
    ['http://127.0.0.2/', /does not lead to the public internet/],
    ['http://[::ffff:127.0.0.1]/', /does not lead to the public internet/],
    ['http://10.0.0.1:1/latest/meta-data', /does not lead to the public internet/],
    ['//169.254.169.254/', /does not lead to the public internet/],
    ['http://inside.example/', /does not lead to the public internet/],
    ['file:///etc/passwd', /Only http and https/],
    ['http://user:secret@127.0.0.1/', /user name or a password/],
    ['http://[', /cannot be read/],
  ])('to %s are refused', async (location, message) => {
    const { url, requests } = await serve((_request, response) => response.writeHead(302, { location }).end());
    const { lookup } = answering(['192.168.1.1']);
    const failure = await failureOf(get(url, { lookup }));
    expect(failure).toMatch(message);
    expect(failure).not.toContain('secret');
    expect(requests).toHaveLength(1);
  });

  it('without a target are answers like others', async () => {
    const { url } = await serve((_request, response) => response.writeHead(304).end());
    expect(await dataOf(get(url))).toMatchObject({ status: 304 });
  });
});

/** Every one leads to this machine or its networks, in one spelling or another. */
const hostileUrls = `
http://127.0.0.1:PORT http://127.0.0.1.:PORT http://127.1:PORT http://127.0.1:PORT http://2130706433:PORT http://0x7f000001:PORT
http://0x7f.0x0.0x0.0x1:PORT http://0177.0.0.1:PORT http://017700000001:PORT http://0x7f.1:PORT http://127.000.000.001:PORT
http://0:PORT http://0.0.0.0:PORT http://0x0:PORT http://000:PORT http://127.255.255.254:PORT http://１２７.０.０.１:PORT
http://127。0。0。1:PORT http://①②⑦.0.0.1:PORT http://%31%32%37.0.0.1:PORT http://127%2e0%2e0%2e1:PORT
http://[::1]:PORT http://[0:0:0:0:0:0:0:1]:PORT http://[::]:PORT http://[::127.0.0.1]:PORT http://[::ffff:127.0.0.1]:PORT
http://[::ffff:7f00:1]:PORT http://[0000::ffff:7f00:0001]:PORT http://[::FFFF:127.0.0.1]:PORT http://[64:ff9b::127.0.0.1]:PORT
http://[64:ff9b:1::7f00:1]:PORT http://[2002:7f00:1::]:PORT http://[2001:0:7f00:1::]:PORT http://[fe80::1]:PORT http://[fc00::1]:PORT
http://[fec0::1]:PORT http://[ff02::1]:PORT http://10.0.0.1:PORT http://172.16.0.1:PORT http://192.168.0.1:PORT http://100.64.0.1:PORT
http://169.254.169.254/latest/meta-data http://0xa9fea9fe http://2852039166 http://0251.0376.0251.0376 http://[::ffff:a9fe:a9fe]
http://255.255.255.255 http://224.0.0.1 http://192.0.2.1 http://198.18.0.1 http://localhost:PORT http://LOCALHOST:PORT
http://localhost.:PORT http://ｌｏｃａｌｈｏｓｔ:PORT http://a.localhost:PORT https://127.0.0.1:PORT http:127.0.0.1:PORT http:/127.0.0.1:PORT
http:\\\\127.0.0.1:PORT http://127.0.0.1:PORT#@example.com http://127.0.0.1:PORT\\@example.com http://127.0.0.1:PORT/?@example.com
http://example.com@127.0.0.1:PORT http://example.com:80@127.0.0.1:PORT http://@127.0.0.1:PORT http://:@127.0.0.1:PORT
HTTP://127.0.0.1:PORT http://127.0.0.1:PORT/../.. http://127.0.0.256:PORT http://256:PORT http://[::1%25lo]:PORT http://[::1%lo]:PORT
ftp://127.0.0.1:PORT file:///etc/passwd gopher://127.0.0.1:PORT data:text/plain,hello //127.0.0.1:PORT 127.0.0.1:PORT
`
  .trim()
  .split(/\s+/);

describe('an address that is not public', () => {
  it('is written in enough ways here', () => {
    expect(new Set(hostileUrls).size).toBe(hostileUrls.length);
    expect(hostileUrls.length).toBeGreaterThan(75);
  });

  it('is not even connected to, however it is written', async () => {
    const { port, connections } = await serve((_request, response) => response.end('reached'));
    const { lookup } = answering(['127.0.0.1']);
    for (const form of hostileUrls) {
      const failure = await failureOf(callTool(createHttpGet({ lookup }), { url: form.replace('PORT', String(port)) }));
      expect(failure, form).toMatch(/public internet|cannot be read|Only http|user name/);
    }
    expect(connections()).toBe(0);
  });

  it('is refused where the name of this machine is resolved by the system', async () => {
    const { port, connections } = await serve((_request, response) => response.end('reached'));
    expect(await failureOf(callTool(createHttpGet(), { url: `http://localhost:${port}` }))).toMatch(/public internet/);
    expect(connections()).toBe(0);
  });

  it.each([
    ['alone', ['127.0.0.2']],
    ['behind one that is allowed', ['127.0.0.1', '10.0.0.1']],
    ['before one that is allowed', ['::1', '127.0.0.1']],
    ['as no address at all', []],
    ['as text that is no address', ['localhost']],
  ])('is refused where a name resolves to it %s', async (_how, answer) => {
    const { port, connections } = await serve((_request, response) => response.end('reached'));
    const { lookup } = answering(answer);
    expect(await failureOf(get(`http://name.example:${port}`, { lookup }))).toMatch(/^name\.example does not lead/);
    expect(connections()).toBe(0);
  });

  it('is not reached by a name that resolves otherwise the second time: there is no second time', async () => {
    const { port } = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok'),
    );
    const { lookup, asked } = answering(['127.0.0.1'], ['127.0.0.2']);
    expect(await dataOf(get(`http://rebinding.example:${port}`, { lookup }))).toMatchObject({ text: 'ok' });
    expect(asked).toEqual(['rebinding.example']);
  });

  it('is not reached by a name that resolves otherwise behind a redirect', async () => {
    const { port, requests } = await serve((_request, response) =>
      response.writeHead(302, { location: '/again' }).end(),
    );
    const { lookup, asked } = answering(['127.0.0.1'], ['10.0.0.1']);
    expect(await failureOf(get(`http://rebinding.example:${port}`, { lookup }))).toMatch(/public internet/);
    expect(asked).toHaveLength(2);
    expect(requests).toHaveLength(1);
  });
});
