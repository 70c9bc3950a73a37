import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { homePaths, readInstance, readOwnerKey, type InstanceInfo } from '@perdure/home';
import { allGone, isAlive, killAfterTest, killEngineAfterTest, tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { launch, type LaunchOptions, type LaunchStatus } from '../src/index.ts';
import { fixture, freeSettings } from './support.ts';

const limit = { timeout: 120_000 };

async function optionsFor(home: string, overrides: Partial<LaunchOptions> = {}): Promise<LaunchOptions> {
  killEngineAfterTest(home);
  return {
    home,
    project: home,
    settings: await freeSettings(),
    version: '0.0.0',
    log: () => undefined,
    onStatus: () => undefined,
    entries: { server: fixture('server'), worker: fixture('worker'), 'demo-model': fixture('worker') },
    ...overrides,
  };
}

function pidsOf(info: InstanceInfo): readonly number[] {
  return Object.values(info.processes).map(({ pid }) => pid);
}

async function launchProcess(home: string) {
  const { project, settings } = await optionsFor(home);
  const launcher = spawn(process.execPath, [fixture('launcher').pathname, JSON.stringify({ home, project, settings })]);
  const words: string[] = [];
  launcher.stderr.setEncoding('utf8').on('data', (text: string) => words.push(text));
  killAfterTest(launcher.pid);
  const [line] = (await once(launcher.stdout, 'data')) as [Buffer];
  const info = JSON.parse(line.toString('utf8')) as InstanceInfo;
  return { launcher, info, words, pids: pidsOf(info) };
}

test(
  'everything runs when launch resolves, is described in the instance file, and is gone after a stop',
  limit,
  async () => {
    const home = join(tempFolder(), 'state');
    const statuses: LaunchStatus[] = [];
    const options = await optionsFor(home, { onStatus: (status) => statuses.push(status) });
    const launched = await launch(options);
    onTestFinished(() => launched.stop({ force: true }));
    const { info } = launched;
    const pids = pidsOf(info);
    expect(Object.keys(info.processes)).toEqual(['engine', 'demo-model', 'server', 'worker']);
    expect(pids.filter(isAlive)).toEqual(pids);
    expect(readInstance(homePaths(home))).toEqual({ kind: 'running', info });
    expect(info).toMatchObject({ pid: process.pid, model: { kind: 'demo', id: 'demo-model' }, version: '0.0.0' });
    expect((await fetch(`${info.url}/health`)).status).toBe(200);
    expect(readOwnerKey(homePaths(home))).toBeDefined();

    await launched.stop();
    expect(await launched.done).toBe('stopped');
    expect(pids.filter(isAlive)).toEqual([]);
    expect(readInstance(homePaths(home))).toEqual({ kind: 'none' });
    const stopped = statuses.flatMap((status) => (status.kind === 'stopping' ? [status.part] : []));
    expect(stopped).toEqual(['worker', 'server', 'demo-model', 'engine']);
    expect(readFileSync(join(home, 'worker-diary'), 'utf8')).toContain('begun demo-model\nclosed\n');
  },
);

test(
  'a worker finishes its work, and nothing is started again, when each process is told to end along with the launcher',
  limit,
  async () => {
    const home = tempFolder();
    const statuses: LaunchStatus[] = [];
    const options = await optionsFor(home, { onStatus: (status) => statuses.push(status) });
    const launched = await launch({ ...options, entries: { ...options.entries, worker: fixture('patient') } });
    onTestFinished(() => launched.stop({ force: true }));
    const { server, worker } = launched.info.processes;
    const diary = () => readFileSync(join(home, 'worker-diary'), 'utf8');
    statuses.length = 0;

    const stopped = launched.stop();
    await expect.poll(diary).toContain('closing\n');
    const told = [server?.pid ?? 0, worker?.pid ?? 0];
    for (const pid of told) process.kill(pid, 'SIGTERM');
    await allGone(told.slice(0, 1));
    writeFileSync(join(home, 'work-is-done'), '');
    await stopped;
    expect(diary()).toContain('closing\nclosed\n');
    expect(statuses.filter(({ kind }) => kind !== 'stopping')).toEqual([]);
  },
);

test('a stop that a second one overtakes by force counts as killed', limit, async () => {
  const home = tempFolder();
  const options = await optionsFor(home);
  const launched = await launch({ ...options, entries: { ...options.entries, worker: fixture('patient') } });
  await Promise.all([launched.stop(), launched.stop({ force: true })]);
  expect(await launched.done).toBe('killed');
});

test('an instance file that cannot be written fails the launch, and nothing is left running', limit, async () => {
  const home = tempFolder();
  const pids: number[] = [];
  const onStatus = (status: LaunchStatus) => {
    if (status.kind !== 'ready') return;
    pids.push(status.pid);
    // No file can take the name of a folder.
    mkdirSync(homePaths(home).instance, { recursive: true });
  };
  const options = await optionsFor(home, { onStatus });
  await expect(launch(options)).rejects.toThrow('instance.json');
  expect(pids).toHaveLength(4);
  expect(pids.filter(isAlive)).toEqual([]);
});

test('a part that comes back while the instance file cannot be written stays up', limit, async () => {
  const home = tempFolder();
  const words: string[] = [];
  const statuses: LaunchStatus[] = [];
  const options = await optionsFor(home, {
    log: (line) => words.push(line),
    onStatus: (status) => statuses.push(status),
  });
  const launched = await launch(options);
  onTestFinished(() => launched.stop({ force: true }));
  const { instance } = homePaths(home);
  rmSync(instance);
  mkdirSync(instance);
  statuses.length = 0;
  process.kill(launched.info.processes['worker']?.pid ?? 0, 'SIGKILL');
  await expect.poll(() => words.join()).toContain(instance);
  rmdirSync(instance);
  await launched.stop();
  expect(statuses.map(({ kind }) => kind).filter((kind) => kind !== 'stopping')).toEqual([
    'crashed',
    'starting',
    'ready',
  ]);
});

test('when the launcher is killed, engine and children end by themselves', limit, async () => {
  const { launcher, info, pids } = await launchProcess(tempFolder());
  expect(info.pid).toBe(launcher.pid);
  expect(pids).toHaveLength(4);
  launcher.kill('SIGKILL');
  await allGone(pids);
});

test.runIf(process.platform === 'linux')(
  'after everything was killed, guard of the engine included, the next start stops the engine that stayed',
  limit,
  async () => {
    const home = tempFolder();
    const { launcher, info, pids } = await launchProcess(home);
    const engine = info.processes['engine']?.pid ?? 0;
    for (const pid of guardsOf(engine)) process.kill(pid, 'SIGKILL');
    launcher.kill('SIGKILL');
    await allGone([launcher.pid ?? 0, ...pids.filter((pid) => pid !== engine)]);
    expect(isAlive(engine)).toBe(true);
    expect(readInstance(homePaths(home)).kind).toBe('stale');

    const next = await launchProcess(home);
    // What it says and that it is up come over two pipes.
    await expect.poll(() => next.words.join('')).toContain(`Stopping the engine (process ${engine})`);
    expect(isAlive(engine)).toBe(false);
    next.launcher.kill('SIGKILL');
    await allGone(next.pids);
  },
);

test('a second launcher on the same state root is refused with the pid of the first', limit, async () => {
  const home = tempFolder();
  const { launcher, pids } = await launchProcess(home);
  await expect(launch(await optionsFor(home))).rejects.toMatchObject({
    code: 'already_running',
    message: expect.stringContaining(`process ${launcher.pid}`),
  });
  launcher.kill('SIGKILL');
  await allGone(pids);
});

test(
  'a crashed engine and a crashed worker are started again, and the instance file names the new processes',
  limit,
  async () => {
    const home = tempFolder();
    const launched = await launch(await optionsFor(home));
    onTestFinished(() => launched.stop({ force: true }));
    const before = launched.info.processes;
    for (const part of ['engine', 'worker'] as const) process.kill(before[part]?.pid ?? 0, 'SIGKILL');
    const now = () => {
      const instance = readInstance(homePaths(home));
      return instance.kind === 'none' ? {} : instance.info.processes;
    };
    const restarted = (part: string) => now()[part] !== undefined && now()[part]?.pid !== before[part]?.pid;
    await expect.poll(() => restarted('worker') && restarted('engine')).toBe(true);
    expect(now()['server']).toEqual(before['server']);
  },
);

test('an engine comes back when it was killed and its whole folder is gone', limit, async () => {
  const home = tempFolder();
  const launched = await launch(await optionsFor(home));
  onTestFinished(() => launched.stop({ force: true }));
  const pid = () => launched.info.processes['engine']?.pid;
  const before = pid();
  rmSync(homePaths(home).engine, { recursive: true });
  process.kill(before ?? 0, 'SIGKILL');
  await expect.poll(() => pid() !== undefined && pid() !== before).toBe(true);
});

test('a changed agent restarts the worker in order, and nothing else', limit, async () => {
  const home = tempFolder();
  const project = tempFolder();
  mkdirSync(join(project, 'agents'));
  const statuses: LaunchStatus[] = [];
  const launched = await launch(await optionsFor(home, { project, onStatus: (status) => statuses.push(status) }));
  onTestFinished(() => launched.stop({ force: true }));
  statuses.length = 0;
  writeFileSync(join(project, 'agents', 'AGENT.md'), 'new');
  await expect
    .poll(() => statuses.map(({ kind, part }) => `${kind} ${part}`))
    .toEqual(['restarting worker', 'starting worker', 'ready worker']);
  expect(statuses[0]).toMatchObject({ because: expect.stringContaining('AGENT.md changed') });
  expect(readFileSync(join(home, 'worker-diary'), 'utf8')).toContain('closed\nbegun');
});

test('a busy port stops the launch before anything is started, and leaves the state root free', limit, async () => {
  const home = tempFolder();
  const options = await optionsFor(home);
  const holder = createServer().listen(options.settings.workerPort, '127.0.0.1');
  await once(holder, 'listening');
  await expect(launch(options)).rejects.toMatchObject({
    code: 'port_busy',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  expect(existsSync(homePaths(home).engineConfig)).toBe(false);
  await new Promise((resolve) => holder.close(resolve));
  const launched = await launch(options);
  await launched.stop({ force: true });
  expect(await launched.done).toBe('killed');
});

test(
  'a worker that refuses to start fails the launch with its own sentence and takes everything along',
  limit,
  async () => {
    const home = tempFolder();
    const options = await optionsFor(home);
    const entries = { ...options.entries, worker: fixture('refusing') };
    const pids: number[] = [];
    const onStatus = (status: LaunchStatus) => {
      if (status.kind === 'ready') pids.push(status.pid);
    };
    await expect(launch({ ...options, entries, onStatus })).rejects.toMatchObject({
      code: 'definition_invalid',
      message: 'agents/x/AGENT.md has no Role: write one.',
    });
    expect(pids.filter(isAlive)).toEqual([]);
    expect(readInstance(homePaths(home))).toEqual({ kind: 'none' });
  },
);

/** The shell that guards the engine, and the subshell that listens for the launcher's end. Reads `/proc`. */
function guardsOf(engine: number): readonly number[] {
  const shell = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${engine}/status`, 'utf8'))?.[1] ?? '';
  const children = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ');
  // The shell last: its end tells the launcher to let go, and a watcher that is left would then end the engine.
  return [...children, shell].map(Number).filter((pid) => pid !== engine);
}
