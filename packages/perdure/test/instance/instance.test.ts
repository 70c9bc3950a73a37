import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInstance, removeInstance, writeInstance, type InstanceInfo } from '@perdure/home';
import { expect, onTestFinished, test, vi } from 'vitest';
import { fakeKey, startFakeApi } from '../fake-api.ts';
import { cli, createPlace, createRunningPlace, dataIn, testNow } from '../harness.ts';

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
    expect(dataIn(second.stdout)).toEqual({ home: root, project: folder, created: false, wrote: [] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('key prints the key alone, and says how to make one where there is none', async () => {
  await using api = await startFakeApi();
  using place = createRunningPlace(api);
  expect(await cli(['key'], { cwd: place.folder })).toEqual({ code: 0, stdout: `${fakeKey}\n`, stderr: '' });
  const header = `Authorization: Bearer ${fakeKey}`;
  expect((await cli(['key', '--header'], { cwd: place.folder })).stdout).toBe(`${header}\n`);
  expect(dataIn((await cli(['key', '--header', '--json'], { cwd: place.folder })).stdout)).toEqual({ header });
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

test('status of a part that is not well ends with 0, and with 6 where it is asked to be strict', async () => {
  const parts = { vault: { status: 'degraded', detail: 'The vaults are sealed.' } } as const;
  await using api = await startFakeApi({ health: { status: 'degraded', parts } });
  using place = createRunningPlace(api);
  const codes = [['status'], ['status', '--strict'], ['status', '--strict', '--json']].map(
    async (argv) => (await cli(argv, { cwd: place.folder })).code,
  );
  expect(await Promise.all(codes)).toEqual([0, 6, 6]);
  await using well = await startFakeApi();
  using other = createRunningPlace(well);
  expect((await cli(['status', '--strict'], { cwd: other.folder })).code).toBe(0);
});

test('status tells which part has ended unasked, when and why', async () => {
  await using api = await startFakeApi();
  using place = createRunningPlace(api);
  const { info } = readInstance(place.paths) as { readonly info: InstanceInfo };
  const worker = {
    at: new Date(testNow - 125_000).toISOString(),
    why: 'killed, since it had not answered for 30 s',
  };
  writeInstance(place.paths, { ...info, ended: { worker } });
  const { stdout } = await cli(['status'], { cwd: place.folder });
  expect(stdout).toMatch(
    /^Ended +worker, 2 min 0?5 s ago, and started again: killed, since it had not answered for 30 s$/m,
  );
  expect(dataIn((await cli(['status', '--json'], { cwd: place.folder })).stdout)).toMatchObject({ ended: { worker } });
});

test('status says so of a server that accepts and never answers', async () => {
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

test('down of a launcher that ends by itself in just that moment is no error', async () => {
  await using api = await startFakeApi();
  using place = createRunningPlace(api);
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    removeInstance(place.paths);
    throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
  });
  onTestFinished(() => kill.mockRestore());
  const { code, stdout } = await cli(['down', '--json'], { cwd: place.folder });
  expect([code, dataIn(stdout)]).toEqual([0, { stopped: true, running: false }]);
  expect(kill).toHaveBeenCalledTimes(1);
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

test('config explain says when what runs was started with another port than the settings tell', async () => {
  await using api = await startFakeApi();
  using place = createRunningPlace(api);
  const { stdout, stderr } = await cli(['config', 'explain'], { cwd: place.folder });
  expect(stdout).toMatch(/^port +7373 +default$/m);
  expect(stderr).toContain(`what runs now was started otherwise and is at ${api.url}`);
  using stopped = createPlace();
  expect((await cli(['config', 'explain'], { cwd: stopped.folder })).stderr).toBe('');
});

test('what is not running names another state root on which Perdure runs', async () => {
  await using api = await startFakeApi();
  using running = createRunningPlace(api);
  using other = createPlace();
  const options = { cwd: running.folder, env: { PERDURE_HOME: other.paths.root } };
  const sentence = `One runs on ${running.paths.root}, which \`--home ${running.paths.root}\` means.`;
  expect((await cli(['runs', 'list'], options)).stderr).toContain(sentence);
  expect((await cli(['status'], options)).stdout).toContain(sentence);
  expect(dataIn((await cli(['status', '--json'], options)).stdout)).toMatchObject({ elsewhere: running.paths.root });
  expect((await cli(['status'], { cwd: other.folder })).stdout).not.toContain('One runs');
});
