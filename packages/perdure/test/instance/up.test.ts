import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { isSameProcess, type ProcessIdentity } from '@perdure/home';
import { freePorts, makeAuthority } from '@perdure/testing';
import { expect, test } from 'vitest';
import { cli, createPlace, dataIn } from '../harness.ts';

test('up starts everything, a run goes through it, and one Ctrl-C stops it cleanly', async () => {
  using place = createPlace();
  await using up = await startUp(place.folder);
  expect(up.info).toMatchObject({ kind: 'up', home: place.paths.root, model: { kind: 'demo' } });

  const status = await cli(['status', '--json'], { cwd: place.folder });
  expect(dataIn(status.stdout)).toMatchObject({ running: true, health: { parts: { engine: { status: 'ok' } } } });

  const run = await cli(['run', 'plan-and-review', 'Build a URL shortener service'], { cwd: place.folder });
  expect(run.code).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({ verdict: 'approved' });
  expect(run.stderr).toContain('✓ planner');

  up.signal('SIGINT');
  expect(await up.ended).toBe(0);
  expect((await cli(['status'], { cwd: place.folder })).code).toBe(5);
});

test('Ctrl-C lets a turn in flight finish, and a second one stops everything at once with 130', async () => {
  using place = createPlace();
  const script = join(place.folder, 'slow.json');
  writeFileSync(script, '[{"delayMs":600000}]');
  await using up = await startUp(place.folder, { PERDURE_DEMO_MODEL_SCRIPT: script });
  const { stdout } = await cli(['run', 'plan-and-review', 'x', '--wait', '0'], { cwd: place.folder });
  const requests = () => readFileSync(join(place.paths.logs, 'demo-model-requests.ndjson'), 'utf8');
  await expect.poll(requests).toContain(stdout.trim());

  up.signal('SIGINT');
  await expect.poll(up.said).toContain('stopping');
  const parts = Object.values(up.info.processes);
  expect(parts.filter(isSameProcess)).toEqual(parts);
  up.signal('SIGINT');
  expect(await up.ended).toBe(130);
  expect(parts.filter(isSameProcess)).toEqual([]);
});

test('up --public answers over TLS beside loopback, and a client with the root of its certificate gets in', async () => {
  using place = createPlace();
  const authority = makeAuthority(place.folder);
  const files = authority.issue('hub', ['IP:127.0.0.1']);
  const [port] = await freePorts(1);
  const env = { PERDURE_TLS_CERT: files.cert, PERDURE_TLS_KEY: files.key, PERDURE_PUBLIC_PORT: String(port) };
  await using up = await startUp(place.folder, env, ['--public', '--listen', '127.0.0.1']);
  expect(up.info).toMatchObject({ public: { door: { host: '127.0.0.1', port } } });
  const asked =
    'fetch(process.argv[1]).then(async (r) => console.log(r.status, (await r.json()).status), (e) => console.log(e.cause.code))';
  const ask = async (more: NodeJS.ProcessEnv) => {
    const child = spawn(process.execPath, ['-e', asked, `https://127.0.0.1:${port}/health`], {
      env: { ...process.env, ...more },
    });
    return (await text(child.stdout)).trim();
  };
  expect(await ask({ NODE_EXTRA_CA_CERTS: authority.caFile })).toBe('200 ok');
  expect(await ask({})).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  const status = await cli(['status'], { cwd: place.folder });
  expect(status.stdout).toMatch(
    new RegExp(`^Address +http://127\\.0\\.0\\.1:\\d+\nPublic +https://127\\.0\\.0\\.1:${port}$`, 'm'),
  );
  up.signal('SIGINT');
  expect(await up.ended).toBe(0);
});

test('the end of its terminal stops it in order', async () => {
  using place = createPlace();
  await using up = await startUp(place.folder);
  up.signal('SIGHUP');
  expect(await up.ended).toBe(0);
  expect(up.said().filter((kind) => kind === 'stopping')).toHaveLength(4);
});

test('up goes on when nobody reads its output any more', async () => {
  using place = createPlace();
  await using up = await startUp(place.folder);
  up.hangUpOutput();
  process.kill(up.info.processes['worker']?.pid ?? 0, 'SIGKILL');
  const runs = async () => (await cli(['run', 'hello', '--input', '{"name":"Ada"}'], { cwd: place.folder })).code;
  await expect.poll(runs).toBe(0);
  expect((await cli(['down'], { cwd: place.folder })).code).toBe(0);
  expect(await up.ended).toBe(0);
});

test('a second up is refused with the pid of the first, and down stops the first', async () => {
  using place = createPlace();
  await using up = await startUp(place.folder);

  const second = await cli(['up', '--demo'], { cwd: place.folder });
  expect(second.code).toBe(8);
  expect(second.stderr).toContain(String(up.info['pid']));

  const down = await cli(['down', '--json'], { cwd: place.folder });
  expect(dataIn(down.stdout)).toEqual({ stopped: true, running: false });
  expect(await up.ended).toBe(0);
});

test('up on a busy port names the port and the flag that chooses another', async () => {
  using place = createPlace();
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as AddressInfo;
  const { code, stderr } = await cli(['up', '--demo', '--port', String(port)], { cwd: place.folder });
  holder.close();
  expect(code).toBe(8);
  expect(stderr).toContain(String(port));
  expect(stderr).toContain('--port');
});

/** The program as a process of its own, once it says that it is up. */
async function startUp(cwd: string, env: NodeJS.ProcessEnv = {}, more: readonly string[] = []) {
  const bin = join(import.meta.dirname, '../../bin/perdure');
  const [port, workerPort, demoModelPort] = await freePorts(3);
  const flags = ['--port', port, '--worker-port', workerPort, '--demo-model-port', demoModelPort].map(String);
  const child = spawn(bin, ['up', '--demo', '--json', ...flags, ...more], {
    cwd,
    env: { ...process.env, ...env, PERDURE_SOURCE: '1', PERDURE_HOME: join(cwd, '.perdure') },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A process group of its own, as a terminal makes one.
    detached: true,
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const said: Record<string, unknown>[] = [];
  const isUp = Promise.withResolvers<Record<string, unknown>>();
  createInterface(child.stdout).on('line', (line) => {
    const word = dataIn(line) as Record<string, unknown>;
    said.push(word);
    if (word['kind'] === 'up') isUp.resolve(word);
  });
  void ended.then((code) => isUp.reject(new Error(`perdure up ended with ${code}`)));
  const info = await isUp.promise;
  return {
    info: info as { readonly processes: Readonly<Record<string, ProcessIdentity>> } & Record<string, unknown>,
    /** What it has told until now. */
    said: () => said.map(({ kind }) => kind),
    ended,
    hangUpOutput: () => child.stdout.destroy(),
    /** A terminal sends its signals to the whole group, parts included. */
    signal: (signal: NodeJS.Signals) => process.kill(-(child.pid ?? 0), signal),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}
