import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const bin = join(import.meta.dirname, '../../bin/perdure');
const folder = mkdtempSync(join(tmpdir(), 'perdure bin-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** With a home of its own: what lies in that of whoever runs the tests is theirs. */
const source = { ...process.env, PERDURE_SOURCE: '1', HOME: folder };
const version = `${packageJson.version}\n`;

test('the script works from another folder, and its version is that of the package', async () => {
  expect((await run(bin, ['--version'], { cwd: '/', env: source })).stdout).toBe(version);
});

test('the script works through a chain of symlinks, relative ones and blanks in paths included', async () => {
  symlinkSync(bin, join(folder, 'absolute'));
  symlinkSync('absolute', join(folder, 'relative'));
  expect((await run(join(folder, 'relative'), ['--version'], { cwd: '/', env: source })).stdout).toBe(version);
  expect((await run('./relative', ['--version'], { cwd: folder, env: source })).stdout).toBe(version);
  const path = `${folder}:${process.env['PATH']}`;
  expect((await run('relative', ['--version'], { cwd: '/', env: { ...source, PATH: path } })).stdout).toBe(version);
});

test('the script works through links among the folders above it, and from a folder that is left again', async () => {
  mkdirSync(join(folder, 'modules/.bin'), { recursive: true });
  symlinkSync(join(bin, '../..'), join(folder, 'modules/perdure'));
  symlinkSync('../perdure/bin/perdure', join(folder, 'modules/.bin/perdure'));
  symlinkSync(join(bin, '..'), join(folder, 'modules/only-bin'));
  for (const way of ['.bin/perdure', '.bin/../perdure/bin/./perdure', 'only-bin/perdure', 'perdure//bin/perdure']) {
    const { stdout } = await run(`${folder}/modules/${way}`, ['--version'], { cwd: '/', env: source });
    expect(stdout, way).toBe(version);
  }
});

test('a CDPATH in the environment does not lead it astray', async () => {
  const { stdout } = await run('./bin/perdure', ['--version'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...source, CDPATH: folder },
  });
  expect(stdout).toBe(version);
});

test('the exit code and the arguments come through unharmed', async () => {
  const refused = run(bin, ['no such "command"'], { cwd: '/', env: source });
  await expect(refused).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(`'no such "command"'`) });
});

test('the bundle is preferred, and PERDURE_SOURCE=1 passes it over', async () => {
  const home = aPackage('bundled');
  mkdirSync(join(home, 'dist'));
  mkdirSync(join(home, 'src'));
  writeFileSync(join(home, 'dist/cli.js'), `process.stdout.write('bundle')`);
  writeFileSync(join(home, 'src/main.ts'), `process.stdout.write('source')`);
  const path = { PATH: `${nodeFolder}:${process.env['PATH']}` };
  expect((await run(join(home, 'bin/perdure'), [], { env: path })).stdout).toBe('bundle');
  expect((await run(join(home, 'bin/perdure'), [], { env: { ...path, PERDURE_SOURCE: '1' } })).stdout).toBe('source');
});

test('a hangup that was ignored when `up` was started stays ignored, and one that was not does not', async () => {
  const home = aPackage('hangup');
  mkdirSync(join(home, 'dist'));
  writeFileSync(join(home, 'dist/cli.js'), `process.stdout.write(String(process.env.PERDURE_HANGUP))`);
  const env = { PATH: `${nodeFolder}:${process.env['PATH']}` };
  const started = async (before: string) =>
    (await run('/bin/sh', ['-c', `${before} exec "$0" up`, join(home, 'bin/perdure')], { env })).stdout;
  expect([await started(`trap '' HUP;`), await started('')]).toEqual(['ignored', 'undefined']);
});

test('a command that was told so lives on when its terminal is closed', async () => {
  const main = join(import.meta.dirname, '../../src/main.ts');
  const child = spawn(process.execPath, [main, 'mcp'], { env: { ...source, PERDURE_HANGUP: 'ignored' } });
  const ping = async (id: number) => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' })}\n`);
    return JSON.parse(String((await once(child.stdout, 'data'))[0])) as { id: number };
  };
  expect(await ping(1)).toMatchObject({ id: 1 });
  child.kill('SIGHUP');
  expect(await ping(2)).toMatchObject({ id: 2 });
  child.stdin.end();
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('without a bundled Node and with an old one on PATH it says so in one sentence', async () => {
  const home = aPackage('no-node');
  const old = join(home, 'old');
  mkdirSync(old);
  writeFileSync(join(old, 'node'), '#!/bin/sh\nexit 1\n');
  chmodSync(join(old, 'node'), 0o755);
  const refused = run(join(home, 'bin/perdure'), ['--version'], { env: { PATH: `${old}:/usr/bin:/bin` } });
  await expect(refused).rejects.toMatchObject({
    code: 6,
    stderr: expect.stringMatching(/^perdure: .*npm install.*\n$/),
  });
});

test('a reader that goes away is no error', async () => {
  const child = spawn(bin, ['--help'], { cwd: '/', env: source, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.destroy();
  const [code] = (await once(child, 'close')) as [number];
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test.runIf(process.platform === 'linux')('output that cannot be written is told in one sentence', async () => {
  const refused = run('/bin/sh', ['-c', '"$0" config explain >/dev/full', bin], { cwd: '/', env: source });
  await expect(refused).rejects.toMatchObject({ code: 6, stderr: expect.stringMatching(/^perdure: .*ENOSPC.*\n$/) });
});

test.runIf(process.platform === 'linux')('a working folder that is gone is told in one sentence', async () => {
  const gone = join(folder, 'gone');
  mkdirSync(gone);
  const refused = run('/bin/sh', ['-c', 'rmdir "$PWD" && exec "$0" status 2>&1 | grep perdure:', bin], {
    cwd: gone,
    env: source,
  });
  expect((await refused).stdout).toMatch(/^perdure: The working folder is gone.*\n$/);
});

const nodeFolder = join(process.execPath, '..');

/** A package folder with its scripts alone, away from any node_modules. */
function aPackage(name: string): string {
  const home = join(folder, name);
  cpSync(join(bin, '..'), join(home, 'bin'), { recursive: true });
  return home;
}
