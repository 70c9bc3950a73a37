/** A server with a port beyond loopback, and what strangers do to it. */

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { randomUUIDv7 } from 'node:crypto';
import { makeAuthority } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { onTestFinished } from 'vitest';
import { listenHttp, type Beyond } from '../../src/http/listen.ts';
import { openPublicWays } from '../../src/public-door.ts';
import { createHarness, ownerKey } from './harness.ts';

export const hubNames = ['DNS:hub.test', 'IP:127.0.0.1', 'IP:::1'];

interface WorldOptions {
  readonly host?: string;
  readonly handshakeMs?: number;
  readonly headMs?: number;
  readonly beyond?: Partial<Beyond>;
  readonly graceMs?: number;
}

/** TLS ends here, with a certificate for `hub.test`. */
export async function createTlsWorld(options: WorldOptions = {}) {
  const { host = '127.0.0.1', handshakeMs = 60_000, headMs = 60_000, beyond = {}, graceMs } = options;
  const folder = tempFolder();
  const authority = makeAuthority(folder);
  const tls = authority.issue('hub', hubNames);
  const harness = await createHarness();
  const logged: string[] = [];
  const time = { now: Date.now() };
  const log = (message: string) => void logged.push(message);
  const ways = openPublicWays({ door: { host, port: 0, tls } }, { log, clock: () => time.now, lookMs: 10 });
  const server = await listenHttp(harness.app, {
    ...ways,
    beyond: { ...ways.beyond!, ...beyond },
    port: 0,
    newId: randomUUIDv7,
    log,
    ...(graceMs !== undefined && { graceMs }),
    patience: { headMs, requestMs: 600_000, lookMs: 20, handshakeMs },
  });
  const warnings = ways.start(server.beyond);
  onTestFinished(async () => {
    ways.close();
    harness.closing.abort();
    await server.close();
  });
  const port = server.beyond?.port ?? 0;
  const place = { host, port, servername: 'hub.test', ca: authority.ca };
  return {
    harness,
    authority,
    tls,
    logged,
    time,
    warnings,
    server,
    port,
    connect: async (options: ConnectionOptions = {}) => await opened(connectTls({ ...place, ...options })),
    ask: async (path: string, options: Asking = {}) => await ask(path, { ...place, ...options }),
    raw: (options: { readonly host?: string } = {}) => track(connect({ host, port, ...options })),
  };
}

export type TlsWorld = Awaited<ReturnType<typeof createTlsWorld>>;

interface Asking extends Omit<RequestOptions, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: object;
}

/** With the owner's key, unless other headers are given. */
export async function ask(path: string, { headers, json, ...options }: Asking) {
  const own = { host: `hub.test:${options.port}`, authorization: `Bearer ${ownerKey}` };
  const body = json === undefined ? undefined : JSON.stringify(json);
  const all = { ...own, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers };
  const method = body === undefined ? 'GET' : 'POST';
  const call = request({ agent: false, method, ...options, path, headers: all });
  call.end(body);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const said = JSON.parse(await text(response)) as Record<string, unknown>;
  return { status: response.statusCode, headers: response.headers, body: said };
}

/** Rejects where no encryption was agreed on. */
async function opened(socket: TLSSocket): Promise<TLSSocket> {
  track(socket);
  await once(socket, 'secureConnect');
  return socket;
}

function track<Kind extends Socket>(socket: Kind): Kind {
  onTestFinished(() => void socket.destroy());
  return socket;
}
