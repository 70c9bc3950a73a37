import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { sendHttp, type HttpEnd } from '../../src/ask/http.ts';
import { defaultLimits, type TurnLimits } from '../../src/turn/server.ts';

interface Peer extends AsyncDisposable {
  readonly url: URL;
  readonly seen: readonly string[];
  /** Resolves when a client has hung up. */
  readonly hungUp: Promise<unknown>;
}

async function peer(answer: (response: ServerResponse, incoming: IncomingMessage) => void): Promise<Peer> {
  const seen: string[] = [];
  const gone = Promise.withResolvers<void>();
  const server = createServer((incoming, response) => {
    seen.push(incoming.url ?? '');
    incoming.resume().on('end', () => answer(response, incoming));
  });
  // Of the connection: who gives up early is gone before there is a request.
  server.on('connection', (socket) => socket.on('close', () => gone.resolve()));
  // None is closed by itself while a busy machine is late with the next request.
  server.keepAliveTimeout = 0;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`),
    seen,
    hungUp: gone.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

interface Asked {
  readonly limits?: Partial<TurnLimits>;
  readonly signal?: AbortSignal;
  readonly wants?: (text: string) => 'more' | 'little-more' | 'enough';
}

async function ask(url: URL, { limits, signal = new AbortController().signal, wants = () => 'more' }: Asked = {}) {
  let text = '';
  const end: HttpEnd = await sendHttp(
    { url, headers: {}, body: '{}', limits: { ...defaultLimits, ...limits }, signal },
    {
      head: () => undefined,
      bytes: (bytes) => {
        text += Buffer.from(bytes).toString();
        return wants(text);
      },
    },
  );
  return { end, text };
}

describe('a limit is kept, told by its name, and the request ends', () => {
  test.each<[string, Partial<TurnLimits>, (response: ServerResponse) => void]>([
    ['first-byte', { firstByteMs: 30 }, () => undefined],
    ['first-byte', { firstByteMs: 30 }, (response) => response.writeHead(200).flushHeaders()],
    ['silence', { silenceMs: 30 }, (response) => response.write('a')],
    ['bytes', { bytes: 3 }, (response) => response.write('abcd')],
  ])('%s within %j', async (limit, limits, answer) => {
    await using server = await peer(answer);
    const { end } = await ask(server.url, { limits });
    expect(end).toEqual({ kind: 'problem', problem: { kind: 'limit', limit } });
    await server.hungUp;
  });

  test('whole, however steadily it comes', async () => {
    const timers: NodeJS.Timeout[] = [];
    await using server = await peer((response) => timers.push(setInterval(() => response.write('a'), 5)));
    const { end } = await ask(server.url, { limits: { wholeMs: 60, silenceMs: 5_000 } });
    expect(end).toEqual({ kind: 'problem', problem: { kind: 'limit', limit: 'whole' } });
    timers.forEach(clearInterval);
  });

  test('and what comes in time is no matter how slow', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const answer = Promise.withResolvers<ServerResponse>();
    await using server = await peer((response) => answer.resolve(response));
    let came = Promise.withResolvers<void>();
    const asked = ask(server.url, {
      limits: { silenceMs: 100, firstByteMs: 100 },
      wants: () => {
        came.resolve();
        return 'more';
      },
    });
    const response = await answer.promise;
    for (const piece of 'abbbb') {
      vi.advanceTimersByTime(60);
      came = Promise.withResolvers<void>();
      response.write(piece);
      await came.promise;
    }
    response.end('c');
    expect(await asked).toEqual({ end: { kind: 'whole' }, text: 'abbbbc' });
  });
});

describe('an answer', () => {
  test('that is all that is wanted ends the request, though the connection stays open', async () => {
    await using server = await peer((response) => response.write('all'));
    expect(await ask(server.url, { wants: () => 'enough' })).toEqual({ end: { kind: 'whole' }, text: 'all' });
    await server.hungUp;
  });

  test('that is complete but for its counts waits for them a little, and no longer', async () => {
    await using server = await peer((response) => response.write('all'));
    expect(await ask(server.url, { wants: () => 'little-more' })).toEqual({ end: { kind: 'whole' }, text: 'all' });
  });

  test('that breaks off is told as broken, and one that never came too', async () => {
    await using cut = await peer((response) => response.write('half', () => response.destroy()));
    expect(await ask(cut.url)).toMatchObject({ text: 'half', end: { problem: { kind: 'broken' } } });
    await using none = await peer((response) => response.destroy());
    expect((await ask(none.url)).end).toMatchObject({ problem: { kind: 'broken', reason: 'ECONNRESET' } });
  });

  test('cannot come where nobody listens', async () => {
    const server = await peer(() => undefined);
    await server[Symbol.asyncDispose]();
    expect((await ask(server.url)).end).toEqual({
      kind: 'problem',
      problem: { kind: 'unreachable', reason: 'ECONNREFUSED' },
    });
  });

  test('is not waited for after an abort, and the server is hung up on', async () => {
    const abort = new AbortController();
    await using server = await peer((response) => response.write('a'));
    const asked = ask(server.url, {
      signal: abort.signal,
      wants: () => {
        abort.abort();
        return 'more';
      },
    });
    expect((await asked).end.kind).toBe('problem');
    await server.hungUp;
  });
});

test('a connection that was kept and is closed by the server is no failure: the request is sent again', async () => {
  await using server = await peer((response, incoming) => {
    response.end('ok');
    // Closed behind the answer, as servers do that keep no connection for long.
    response.on('finish', () => setTimeout(() => incoming.socket.destroy(), 5));
  });
  for (let n = 0; n < 20; n += 1) expect(await ask(server.url)).toEqual({ end: { kind: 'whole' }, text: 'ok' });
});

const script = (url: string): string => `
  import { sendHttp } from '${new URL('../../src/ask/http.ts', import.meta.url).href}';
  import { defaultLimits } from '${new URL('../../src/turn/server.ts', import.meta.url).href}';
  let text = '';
  const end = await sendHttp(
    { url: new URL('${url}'), headers: {}, body: '{}', limits: defaultLimits, signal: new AbortController().signal },
    { head: () => {}, bytes: (bytes) => { text += Buffer.from(bytes); return 'more'; } },
  );
  process.stdout.write(JSON.stringify([end.kind, text]));
  process.exit();`;

async function through(url: string, env: NodeJS.ProcessEnv): Promise<unknown> {
  const args = ['--input-type=module-typescript', '-e', script(url)];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...env },
  });
  return JSON.parse(stdout);
}

test('a connection that many requests share is listened to by none of them afterwards', async () => {
  const connections = new Set<Socket>();
  await using server = await peer((response, { socket }) => {
    connections.add(socket);
    response.end('ok');
  });
  const warnings: string[] = [];
  const note = (warning: Error): unknown => warnings.push(warning.name);
  process.on('warning', note);
  for (let n = 0; n < 15; n += 1) {
    await ask(server.url);
    // The connection is free for the next one only when this one has let go of it.
    await setImmediate();
  }
  process.off('warning', note);
  expect(warnings).toEqual([]);
  expect(connections.size).toBe(1);
});

describe('a proxy', () => {
  test('is used where the environment names one, and never for this machine', async () => {
    await using proxy = await peer((response, { url = '' }) => response.end(`proxied ${url}`));
    await using server = await peer((response) => response.end('direct'));
    const HTTP_PROXY = proxy.url.origin;
    expect(await through('http://model.example/v1', { HTTP_PROXY })).toEqual([
      'whole',
      'proxied http://model.example/v1',
    ]);
    expect(await through(server.url.href, { HTTP_PROXY })).toEqual(['whole', 'direct']);
    expect(await through('http://model.example/v1', { HTTP_PROXY, NO_PROXY: 'model.example' })).toEqual([
      'problem',
      '',
    ]);
  });
});
