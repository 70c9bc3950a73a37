/** The port beyond loopback, with TLS that ends here, and strangers who mean no good. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { errorBodySchema } from '@perdure/contract';
import { until } from '@perdure/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTlsWorld, hubNames } from './beyond-world.ts';
import { ownerKey } from './harness.ts';

const gone = async (socket: { readonly closed: boolean }) =>
  await until(() => socket.closed, { what: 'the connection is closed' });

describe('a client from beyond this machine', () => {
  test('is answered over TLS alone, by the names of the certificate', async () => {
    const { ask, port } = await createTlsWorld();
    expect(await ask('/api/v1/runs')).toMatchObject({ status: 200 });
    expect(await ask('/api/v1/runs', { headers: { authorization: 'Bearer wrong' } })).toMatchObject({ status: 401 });
    for (const host of [`evil.example:${port}`, 'localhost', `127.0.0.1.nip.io:${port}`]) {
      expect([host, (await ask('/health', { headers: { host } })).status]).toEqual([host, 403]);
    }
    const own = { host: `hub.test:${port}`, origin: `https://hub.test:${port}` };
    expect((await ask('/health', { headers: own })).status).toBe(200);
    expect((await ask('/health', { headers: { ...own, origin: `http://hub.test:${port}` } })).status).toBe(403);
  });

  test('is given links by the name that it has used, and a cookie that no other host and no plain HTTP sees', async () => {
    const { harness, ask, port } = await createTlsWorld();
    const offered = await harness.json('POST', '/api/v1/sessions', { json: {} });
    const { token } = offered.body.data as { readonly token: string };
    const headers = { authorization: '', origin: `https://hub.test:${port}` };
    const answer = await ask('/api/v1/sessions/open', { json: { token }, headers });
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^__Host-perdure-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=/,
    );
    const upload = { fileName: 'a.txt', contentType: 'text/plain', size: 1 };
    const { body } = await ask('/api/v1/drive/files/upload-url', { json: upload });
    expect(JSON.stringify(body)).toContain(`https://hub.test:${port}/api/v1/`);
  });

  test('over IPv6 is answered as over IPv4, and its whole network is one', async () => {
    const { ask, port } = await createTlsWorld({ host: '::1' });
    const headers = { host: `[::1]:${port}` };
    expect(await ask('/api/v1/runs', { headers })).toMatchObject({ status: 200 });
    const wrong = { headers: { ...headers, authorization: 'Bearer wrong' } };
    const statuses = [];
    for (let n = 0; n < 12; n += 1) statuses.push((await ask('/api/v1/runs', wrong)).status);
    expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
  });

  test('that brings a certificate of its own is asked for a key all the same', async () => {
    const { ask, authority } = await createTlsWorld();
    const own = authority.issue('owner', ['DNS:owner']);
    const shown = { cert: readFileSync(own.cert), key: readFileSync(own.key), headers: { authorization: '' } };
    expect((await ask('/api/v1/runs', shown)).status).toBe(401);
  });
});

describe('what is not agreed on', () => {
  test('TLS below 1.2 is refused, 1.2 and 1.3 are spoken', async () => {
    const { connect, logged } = await createTlsWorld();
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(connect(old)).rejects.toThrow(/alert|protocol|version/i);
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = await connect({ minVersion: version, maxVersion: version });
      expect(socket.getProtocol()).toBe(version);
    }
    expect(logged).toEqual([]);
  });

  test('plain HTTP is told that this port is for HTTPS, and its request goes nowhere', async () => {
    const { raw } = await createTlsWorld();
    const socket = raw();
    socket.write(`GET /api/v1/runs HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${ownerKey}\r\n\r\n`);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    const body = errorBodySchema.parse(JSON.parse(answer.split('\r\n\r\n')[1] ?? ''));
    expect(body.error).toContain('This port is for HTTPS alone');
    expect(answer).not.toContain(ownerKey);
  });

  test('who sends nothing, half of a handshake, garbage, or no request after it is cut off in time', async () => {
    const { raw, ask, logged } = await createTlsWorld({ handshakeMs: 150 });
    const silent = raw();
    const half = raw();
    half.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
    const garbage = raw();
    garbage.write(Buffer.concat([Buffer.from([0x16, 0x03, 0x01, 0x00, 0x10]), Buffer.alloc(64, 7)]));
    const plain = raw();
    plain.write('x');
    const slow = await createTlsWorld({ headMs: 150 });
    const idle = await slow.connect();
    idle.write('GET / HTTP/1.1\r\n');
    for (const socket of [silent, half, garbage, plain, idle]) {
      socket.on('error', () => undefined).resume();
      await gone(socket);
    }
    // Who is held up for so long by a busy machine is cut off as well, and comes again.
    const isServed = async () => (await ask('/health').catch(() => undefined))?.status === 200;
    await until(isServed, { what: 'who comes in time is served' });
    expect([logged, slow.logged]).toEqual([[], []]);
  });

  test('who asks for new keys again and again is cut off', async () => {
    const { port, ask } = await createTlsWorld();
    const client = spawn(
      'openssl',
      ['s_client', '-connect', `127.0.0.1:${port}`, '-tls1_2', '-servername', 'hub.test'],
      {
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    onTestFinished(() => void client.kill('SIGKILL'));
    let said = '';
    for (const stream of [client.stdout, client.stderr]) stream.on('data', (data: Buffer) => (said += String(data)));
    await until(() => said.includes('Extended master secret'), { what: 'openssl has agreed on TLS' });
    client.stdin.write('R\n');
    await once(client, 'close');
    expect(said).toMatch(/RENEGOTIATING[\s\S]*no renegotiation/i);
    expect((await ask('/health')).status).toBe(200);
  });
});

describe('many connections', () => {
  test('of one address are bounded, whoever else wants to come in', async () => {
    const { raw, ask } = await createTlsWorld({ host: '0.0.0.0', beyond: { mostOfOne: 3 } });
    const held = [1, 2, 3].map(() => raw({ host: '127.0.0.1' }));
    await Promise.all(held.map(async (socket) => await once(socket, 'connect')));
    const more = raw({ host: '127.0.0.1' });
    more.on('error', () => undefined).resume();
    await gone(more);
    const other = { host: '127.0.0.1', localAddress: '127.0.0.2' };
    expect((await ask('/health', other)).status).toBe(200);
    held[0]!.destroy();
    const again = async () => await ask('/health', { host: '127.0.0.1' }).catch(() => ({ status: 0 }));
    await until(async () => (await again()).status === 200, { what: 'one that ended makes room' });
  });

  test('that never begin do not hold up the end of the server', async () => {
    // Nothing but the end of the server ends them.
    const { raw, connect, server } = await createTlsWorld({ graceMs: 50, handshakeMs: 600_000, headMs: 600_000 });
    const sockets = [raw(), raw(), await connect()];
    sockets[1]!.write(Buffer.from([0x16, 0x03]));
    for (const socket of sockets) socket.on('error', () => undefined).resume();
    await server.close();
    for (const socket of sockets) await gone(socket);
  });
});

const serialOf = async ({ connect }: Awaited<ReturnType<typeof createTlsWorld>>) => {
  const socket = await connect();
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
};

describe('a certificate that is renewed', () => {
  test('is used without a restart, while open connections go on', async () => {
    const world = await createTlsWorld();
    const before = await serialOf(world);
    const open = await world.connect();
    const next = world.authority.issue('next', [...hubNames, 'DNS:new.test']);
    renameSync(next.key, world.tls.key);
    renameSync(next.cert, world.tls.cert);
    await until(async () => (await serialOf(world)) !== before, { what: 'the new certificate is shown' });
    expect((await world.ask('/health', { headers: { host: 'new.test' } })).status).toBe(200);
    open.write(`GET /health HTTP/1.1\r\nHost: hub.test\r\nConnection: close\r\n\r\n`);
    expect(await text(open)).toContain('HTTP/1.1 200 OK');
    expect(world.logged).toContain('A renewed certificate is used from now on.');
  });

  test('and is half there, broken or open to others leaves the one before in use, and is told once', async () => {
    const world = await createTlsWorld();
    const before = await serialOf(world);
    const next = world.authority.issue('next', hubNames);
    copyFileSync(next.cert, world.tls.cert);
    const told = (words: string) => world.logged.filter((line) => line.includes(words));
    await until(() => told('is not that of the first certificate').length > 0, { what: 'it is told' });
    expect(told('Until then the one before is used.')).toHaveLength(1);
    expect(await serialOf(world)).toBe(before);
    writeFileSync(world.tls.cert, 'nothing');
    await until(() => told('holds no certificate').length > 0, { what: 'that is told too' });
    copyFileSync(next.cert, world.tls.cert);
    copyFileSync(next.key, world.tls.key);
    chmodSync(world.tls.key, 0o644);
    await until(() => told('can be read or changed by other accounts').length > 0, { what: 'the mode is told' });
    expect(await serialOf(world)).toBe(before);
    chmodSync(world.tls.key, 0o600);
    await until(async () => (await serialOf(world)) !== before, { what: 'it is taken in the end' });
    expect(told('holds no certificate')).toHaveLength(1);
  });

  test('and one that runs out is told when it does, and once a day', async () => {
    const world = await createTlsWorld();
    const told = () => world.logged.filter((line) => line.includes('expire'));
    expect([world.warnings, told()]).toEqual([[], []]);
    world.time.now += 80 * 86_400_000;
    await until(() => told().length === 1, { what: 'it is told' });
    world.time.now += 86_400_000;
    await until(() => told().length === 2, { what: 'it is told again' });
  });
});
