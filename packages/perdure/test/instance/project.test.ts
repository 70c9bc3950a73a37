import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInstance, writeInstance, type InstanceInfo } from '@perdure/home';
import { expect, test } from 'vitest';
import { fakeKey, startFakeApi } from '../fake-api.ts';
import { cli, createPlace, createRunningPlace, dataIn } from '../harness.ts';

test('init makes a private .perdure that git ignores, and a second one changes nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-cli-'));
  try {
    const first = await cli(['init'], { cwd: folder });
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('perdure up');
    const root = join(folder, '.perdure');
    expect(statSync(root).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe('*\n');
    const second = await cli(['init', '--json'], { cwd: folder });
    expect(dataIn(second.stdout)).toEqual({ home: root, project: folder, created: false });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each([
  ['agents', 'translator', 'agents/translator/AGENT.md'],
  ['pipelines', 'nightly-report', 'pipelines/nightly-report.ts'],
  ['tools', 'create-ticket', 'tools/create-ticket.ts'],
])('%s new writes a file into the project and never over one', async (noun, name, file) => {
  using place = createPlace();
  const first = await cli([noun, 'new', name, '--json'], { cwd: place.folder });
  expect(first).toMatchObject({ code: 0, stderr: '' });
  const written = readFileSync(join(place.folder, file), 'utf8');
  expect(dataIn(first.stdout)).toMatchObject({ file: join(place.folder, file) });
  const second = await cli([noun, 'new', name], { cwd: place.folder });
  expect(second.code).toBe(8);
  expect(second.stderr).toContain('already exists');
  expect(readFileSync(join(place.folder, file), 'utf8')).toBe(written);
});

test.each(['agents', 'pipelines', 'tools'])('%s new refuses a name that is no file name', async (noun) => {
  using place = createPlace();
  const { code } = await cli([noun, 'new', '../elsewhere'], { cwd: place.folder });
  expect(code).toBe(2);
  expect(existsSync(join(place.folder, noun))).toBe(false);
});

test('key prints the key alone, and says how to make one where there is none', async () => {
  await using api = await startFakeApi();
  using place = createRunningPlace(api);
  expect(await cli(['key'], { cwd: place.folder })).toEqual({ code: 0, stdout: `${fakeKey}\n`, stderr: '' });
  using empty = createPlace();
  const none = await cli(['key'], { cwd: empty.folder });
  expect(none.code).toBe(7);
  expect(none.stderr).toContain('`perdure up`');
});

test('status tells a running instance with its parts and their processes, and exits 5 where nothing runs', async () => {
  await using api = await startFakeApi();
  using place = createRunningPlace(api);
  const running = await cli(['status', '--json'], { cwd: place.folder });
  expect(running).toMatchObject({ code: 0, stderr: '' });
  expect(dataIn(running.stdout)).toMatchObject({ running: true, url: api.url, health: { status: 'ok' } });
  expect((await cli(['status'], { cwd: place.folder })).stdout).toContain('demo model');
  const { info } = readInstance(place.paths) as { readonly info: InstanceInfo };
  const processes = { engine: { pid: 6113, startedAt: '1' }, worker: { pid: 6114, startedAt: '1' } };
  writeInstance(place.paths, { ...info, processes });
  expect((await cli(['status'], { cwd: place.folder })).stdout).toMatch(/^Parts +engine 6113, worker 6114$/m);
  const again = await cli(['status', '--json'], { cwd: place.folder });
  expect(dataIn(again.stdout)).toMatchObject({ processes: { engine: 6113, worker: 6114 } });
  using empty = createPlace();
  const none = await cli(['status'], { cwd: empty.folder });
  expect(none).toMatchObject({ code: 5, stderr: '' });
  expect(none.stdout).toContain('perdure up');
});

test('status says of a part that has ended and is down that it is starting, and of another that it is down', async () => {
  const parts = { worker: { status: 'down', detail: 'No worker answers.' } } as const;
  await using api = await startFakeApi({ health: { status: 'down', parts } });
  using place = createRunningPlace(api);
  const { info } = readInstance(place.paths) as { readonly info: InstanceInfo };
  const { pid, startedAt } = info;
  const statusWith = (worker: InstanceInfo['processes'][string], ...argv: string[]) => {
    writeInstance(place.paths, { ...info, processes: { engine: { pid, startedAt }, worker } });
    return cli(['status', ...argv], { cwd: place.folder });
  };
  const gone = await statusWith({ pid, startedAt: 'before' });
  expect(gone.code).toBe(6);
  expect(gone.stdout).toMatch(/^Status +starting$/m);
  expect(gone.stdout).toMatch(/^ {2}worker +starting {2}It has ended and is being started again\.$/m);
  const json = await statusWith({ pid, startedAt: 'before' }, '--json');
  expect(dataIn(json.stdout)).toMatchObject({ health: { status: 'down' }, starting: ['worker'] });
  const alive = await statusWith({ pid, startedAt });
  expect(alive.code).toBe(6);
  expect(alive.stdout).toMatch(/^Status +down$/m);
});

test('status says so of a server that accepts and never answers', { timeout: 15_000 }, async () => {
  const hanging = createServer();
  await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
  const { port } = hanging.address() as AddressInfo;
  using place = createRunningPlace({ port, url: `http://127.0.0.1:${port}` });
  const { code, stdout, stderr } = await cli(['status'], { cwd: place.folder });
  hanging.close();
  expect({ code, stderr }).toEqual({ code: 5, stderr: '' });
  expect(stdout).toContain('not answering');
});

test('down where nothing runs is no error', async () => {
  using place = createPlace();
  expect(await cli(['down'], { cwd: place.folder })).toMatchObject({ code: 0, stderr: '' });
});

test('a state root named by --home is named again in the commands to copy', async () => {
  using place = createPlace();
  const { stdout } = await cli(['status', '--home', '.perdure'], { cwd: place.folder });
  expect(stdout).toContain(`perdure up --home ${place.paths.root}`);
});

test('config explain tells where each value comes from and never a secret', async () => {
  using place = createPlace();
  const env = { PERDURE_PORT: '8123', AI_API_KEY: 'sk-very-secret', PERDURE_ENABLED_TOOLS: 'shell,sql-query' };
  const { code, stdout } = await cli(['config', 'explain'], { cwd: place.folder, env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/port +8123 +environment PERDURE_PORT/);
  expect(stdout).toMatch(/enabledTools +shell, sql-query +environment PERDURE_ENABLED_TOOLS/);
  expect(stdout).toMatch(/budgetTurns +500 +default/);
  expect(stdout).toMatch(/apiKey +set +environment AI_API_KEY/);
  expect(stdout).not.toContain('sk-very-secret');
});

test('agents check accepts what agents new writes, and names file and line of what is wrong', async () => {
  using place = createPlace();
  await cli(['agents', 'new', 'translator'], { cwd: place.folder });
  expect(await cli(['agents', 'check'], { cwd: place.folder })).toEqual({
    code: 0,
    stdout: '1 agent in order: translator\n',
    stderr: '',
  });
  writeFileSync(join(place.folder, 'agents/translator/AGENT.md'), '---\nname: other\n---\n');
  const { code, stdout } = await cli(['agents', 'check'], { cwd: place.folder });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^agents\/translator\/AGENT\.md:\d+: /);
  expect(stdout).not.toContain(place.folder);
});

test('the checks of an empty project find it in order', async () => {
  using place = createPlace();
  for (const noun of ['agents', 'pipelines', 'tools']) {
    expect(await cli([noun, 'check'], { cwd: place.folder })).toMatchObject({ code: 0, stderr: '' });
  }
});

test('pipelines check accepts what pipelines new writes, and names file and line of what does not load', async () => {
  using place = createPlace();
  await cli(['pipelines', 'new', 'nightly-report'], { cwd: place.folder });
  expect(await perdure(['pipelines', 'check'], place.folder)).toEqual({
    code: 0,
    stdout: '1 pipeline in order: nightly-report\n',
  });
  writeFileSync(join(place.folder, 'pipelines/broken.ts'), "import 'perdure';\n\nconst = 1;\n");
  const { code, stdout } = await perdure(['pipelines', 'check'], place.folder);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^pipelines\/broken\.ts:3: /);
});

test('tools check accepts what tools new writes, and names file and line of what does not load', async () => {
  using place = createPlace();
  await cli(['tools', 'new', 'create-ticket'], { cwd: place.folder });
  expect(await perdure(['tools', 'check'], place.folder)).toEqual({
    code: 0,
    stdout: '1 tool in order: create-ticket\n',
  });
  writeFileSync(join(place.folder, 'tools/broken.ts'), "import 'perdure';\n\nconst = 1;\n");
  const { code, stdout } = await perdure(['tools', 'check'], place.folder);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^tools\/broken\.ts:3: /);
});

test('agents check knows the tools that ship and those of the project, and no others', async () => {
  using place = createPlace();
  await cli(['agents', 'new', 'clerk'], { cwd: place.folder });
  await cli(['tools', 'new', 'create-ticket'], { cwd: place.folder });
  const file = join(place.folder, 'agents/clerk/AGENT.md');
  const agent = readFileSync(file, 'utf8');
  const withTools = (names: string) => {
    writeFileSync(file, agent.replace(/^tools:.*\n/m, '').replace(/^(name: .*\n)/m, `$1tools: [${names}]\n`));
    return perdure(['agents', 'check'], place.folder);
  };
  expect(await withTools('http-get, create-ticket')).toEqual({ code: 0, stdout: '1 agent in order: clerk\n' });
  const unknown = await withTools('http-get, teleport');
  expect(unknown.code).toBe(1);
  expect(unknown.stdout).toContain('teleport');
});

test('lists of agents, pipelines and tools are tables for people and JSON for programs', async () => {
  await using api = await startFakeApi();
  using place = createRunningPlace(api);
  expect((await cli(['agents', 'list'], { cwd: place.folder })).stdout).toBe('No agents.\n');
  expect((await cli(['pipelines', 'list'], { cwd: place.folder })).stdout).toContain('hello  shipped  Says hello');
  const { stdout } = await cli(['pipelines', 'list', '--json'], { cwd: place.folder });
  expect(dataIn(stdout)).toMatchObject([{ id: 'hello' }, { id: 'trip' }]);
  expect((await cli(['tools', 'list'], { cwd: place.folder })).stdout).toMatchInlineSnapshot(`
    "ID        FROM     EFFECT  APPROVAL   DESCRIPTION
    http-get  shipped  pure               Fetches a page
    shell     shipped  once    each call  Switch it on with --enable-tools shell.
    "
  `);
  const tools = await cli(['tools', 'list', '--json'], { cwd: place.folder });
  expect(dataIn(tools.stdout)).toMatchObject([{ id: 'http-get' }, { id: 'shell', enabled: false }]);
});

/** The program as a process of its own: a pipeline is loaded by Node itself, as the worker does it. */
async function perdure(argv: readonly string[], cwd: string): Promise<{ code: number; stdout: string }> {
  const bin = join(import.meta.dirname, '../../bin/perdure');
  const child = spawn(bin, argv, {
    cwd,
    env: { ...process.env, PERDURE_SOURCE: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout };
}
