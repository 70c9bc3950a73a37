import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { engineSockets, ensureHome, identityOf, writeIdentity } from '@perdure/home';
import { isAlive, killEngineAfterTest, tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { findEngineBinary } from '../../src/restate/server-binary.ts';
import { engineConfig, engineEnvironment } from '../../src/restate/server-config.ts';
import { startEngine, type StartEngineOptions } from '../../src/restate/server-process.ts';

const limit = { timeout: 120_000 };

function optionsFor(root: string, overrides: Partial<StartEngineOptions> = {}): StartEngineOptions {
  killEngineAfterTest(root);
  return { paths: ensureHome(root), log: () => undefined, onExit: () => undefined, ...overrides };
}

test('the engine answers on both sockets, listens on no TCP port, and is gone after a stop', limit, async () => {
  const root = tempFolder();
  const engine = await startEngine(optionsFor(root));
  expect(await statusOf(engine.adminSocket, '/health')).toBe(200);
  expect(await statusOf(engine.ingressSocket, '/restate/health')).toBe(200);
  if (process.platform === 'linux') expect(listeningSockets(engine.pid)).toEqual([]);
  await engine.stop();
  expect(isAlive(engine.pid)).toBe(false);
  expect(readFileSync(join(root, 'logs', 'engine.log'), 'utf8')).not.toContain('ERROR');
});

test('a state root whose path is too long for sockets works, also after a kill', limit, async () => {
  const root = join(tempFolder(), 'a-rather-long-name-of-a-folder'.repeat(4), 'state');
  const options = optionsFor(root);
  const killed = await startEngine(options);
  onTestFinished(() => rmSync(join(killed.ingressSocket, '..', '..'), { force: true }));
  expect(Buffer.byteLength(killed.ingressSocket)).toBeLessThanOrEqual(103);
  expect(existsSync(join(root, 'engine', 'perdure', 'ingress.sock'))).toBe(true);
  await killed.stop({ force: true });
  const engine = await startEngine(options);
  expect(await statusOf(engine.ingressSocket, '/restate/health')).toBe(200);
  await engine.stop();
});

test('an engine that crashes is reported with how it ended', limit, async () => {
  const exited = Promise.withResolvers<string>();
  const engine = await startEngine(optionsFor(tempFolder(), { onExit: exited.resolve }));
  process.kill(engine.pid, 'SIGKILL');
  expect(await exited.promise).toBe('ended by signal 9');
});

test('a stranger who has the pid of an earlier engine is left alone', limit, async () => {
  const root = tempFolder();
  const options = optionsFor(root, { log: (message) => expect.unreachable(message) });
  // Ourselves: alive, same start time, another executable.
  const self = identityOf(process.pid);
  if (self !== undefined) writeIdentity(options.paths.engineProcess, self);
  const engine = await startEngine(options);
  await engine.stop();
});

test('a start that is given up leaves no engine', limit, async () => {
  const root = tempFolder();
  const given = new AbortController();
  const options = optionsFor(root, { signal: given.signal });
  given.abort();
  await expect(startEngine(options)).rejects.toMatchObject({ code: 'unavailable' });
  const sockets = engineSockets(options.paths);
  await expect(statusOf(sockets.admin, '/health')).rejects.toThrow(/ENOENT|ECONNREFUSED/);
});

test('a binary that ends at once is a sentence that points at its log', limit, async () => {
  const root = tempFolder();
  mkdirSync(join(root, 'bin'));
  const binary = join(root, 'bin', 'restate-server');
  writeFileSync(binary, '#!/bin/sh\necho no such luck; exit 3\n');
  chmodSync(binary, 0o755);
  await expect(startEngine(optionsFor(join(root, 'state'), { binary }))).rejects.toThrow(
    'The engine did not start: it ended (exit code 3); its words are in logs/engine.log',
  );
  expect(readFileSync(join(root, 'state', 'logs', 'engine.log'), 'utf8')).toContain('no such luck');
});

test('a missing package and a platform without an engine are told apart, each with what to do', () => {
  expect(() => findEngineBinary({ platform: 'linux', arch: 'x64', resolve: notFound })).toThrow(
    /@restatedev\/restate-server-linux-x64 is not installed: run `npm install` without `--omit=optional`/,
  );
  expect(() => findEngineBinary({ platform: 'win32', arch: 'x64', resolve: notFound })).toThrow(
    /does not run on win32-x64.*WSL2/,
  );
  expect(findEngineBinary()).toMatch(/restate-server$/);
});

test("nothing of the engine's own variables in the user's shell reaches it, nor any secret", () => {
  const env = engineEnvironment(
    { PATH: '/bin', RESTATE_BIND_IP: '0.0.0.0', RUST_LOG: 'trace', AI_API_KEY: 'k' },
    '/state/tmp',
  );
  expect(env).toEqual({ PATH: '/bin', TMPDIR: '/state/tmp' });
});

test('the configuration keeps the engine off the network and out of reach', () => {
  const config = engineConfig({ fabric: '/state/"odd"/fabric.sock', key: '/state/run/engine-key.pem' });
  expect(config).toContain('listen-mode = "unix"');
  expect(config).toContain('disable-telemetry = true');
  expect(config).toContain('request-identity-private-key-pem-file = "/state/run/engine-key.pem"');
  expect(config).toContain(String.raw`advertised-address = "unix:/state/\"odd\"/fabric.sock"`);
});

function notFound(): never {
  throw new Error('MODULE_NOT_FOUND');
}

async function statusOf(socketPath: string, path: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  request({ socketPath, path, agent: false }, (response) => resolve(response.resume().statusCode))
    .on('error', reject)
    .end();
  return await promise;
}

/** TCP sockets in state LISTEN that the process holds. Reads `/proc`. */
function listeningSockets(pid: number): readonly string[] {
  const listening = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A')
      .map((fields) => `socket:[${fields[9]}]`),
  );
  const held = readdirSync(`/proc/${pid}/fd`).map((name) => readlinkSync(`/proc/${pid}/fd/${name}`));
  return held.filter((target) => listening.includes(target));
}
