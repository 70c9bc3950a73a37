import { mkdirSync, writeFileSync } from 'node:fs';
import { PerdureError } from '@perdure/contract';
import { expect, test } from 'vitest';
import { reportFailure } from '../../src/cli/failure.ts';
import { cli, createPlace } from '../harness.ts';

test('an unknown command is a usage error with one suggestion', async () => {
  const { code, stdout, stderr } = await cli(['rnus', 'list'], { cwd: '/' });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe("perdure: Unknown command 'rnus'. Did you mean `runs`?\n  See `perdure --help`.\n");
});

const hintOf = async (...argv: string[]) => (await cli(argv, { cwd: '/' })).stderr.split('\n').at(-2);

test('wrong usage of a command names the help of that command', async () => {
  expect(await hintOf('runs', 'list', '--limit', 'many')).toBe('  See `perdure runs list --help`.');
  expect(await hintOf('runs', 'lisst')).toBe('  See `perdure runs --help`.');
  expect(await hintOf('run')).toBe('  See `perdure run --help`.');
});

test('an unknown verb and an unknown flag get a suggestion too', async () => {
  expect((await cli(['runs', 'lisst'], { cwd: '/' })).stderr).toContain('Did you mean `list`?');
  expect((await cli(['runs', 'list', '--jsn'], { cwd: '/' })).stderr).toContain('Did you mean `--json`?');
});

test('nothing close is suggested as nothing', async () => {
  expect((await cli(['zzzzzz'], { cwd: '/' })).stderr).not.toContain('Did you mean');
});

test.each([
  [['run'], 'pipeline'],
  [['runs', 'show'], 'id'],
  [['runs', 'list', '--status', 'tired'], 'tired'],
  [['runs', 'list', '--limit', 'many'], 'many'],
  [['runs', 'list', 'everything'], 'arguments'],
  [['run', 'hello', '--wait', '-1'], '-1'],
])('%j is a usage error that names what is wrong', async (argv, named) => {
  const { code, stdout, stderr } = await cli(argv, { cwd: '/' });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(named);
});

test('with --json an error is one JSON object on stderr, also when the command line itself is wrong', async () => {
  for (const argv of [
    ['status', '--json', '--nonsense'],
    ['key', '--json'],
  ]) {
    using place = createPlace();
    const { stdout, stderr } = await cli(argv, { cwd: place.folder });
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ error: expect.any(String), code: expect.any(String), details: {} });
  }
});

test('a stack is shown with --debug and never without', async () => {
  using place = createPlace();
  // A folder where the key should be: an error of the system, which nobody translated.
  mkdirSync(place.paths.ownerKey);
  const plain = await cli(['key'], { cwd: place.folder });
  expect(plain.code).toBe(6);
  expect(plain.stderr).not.toMatch(/\n\s+at /);
  expect(plain.stderr).toContain('--debug');
  const debug = await cli(['key', '--debug'], { cwd: place.folder });
  expect(debug.code).toBe(6);
  expect(debug.stderr).toMatch(/\n\s+at /);
});

test('an argument behind -- that looks like --json does not change how errors look', async () => {
  const { stderr } = await cli(['nonsense', '--', '--json'], { cwd: '/' });
  expect(stderr).toMatch(/^perdure: /);
});

test('errors are coloured on a terminal, and not with NO_COLOR or in a pipe', async () => {
  const escape = '\u001b[';
  expect((await cli(['nonsense'], { cwd: '/', isTTY: true })).stderr).toContain(escape);
  expect((await cli(['nonsense'], { cwd: '/', isTTY: true, env: { NO_COLOR: '1' } })).stderr).not.toContain(escape);
  expect((await cli(['nonsense'], { cwd: '/', env: { FORCE_COLOR: '1' } })).stderr).toContain(escape);
  expect((await cli(['nonsense'], { cwd: '/' })).stderr).not.toContain(escape);
});

test('a broken configuration is a usage error that names the file', async () => {
  using place = createPlace();
  writeFileSync(place.paths.config, 'port: seven\n');
  const { code, stderr } = await cli(['config', 'explain'], { cwd: place.folder });
  expect(code).toBe(2);
  expect(stderr).toContain(place.paths.config);
});

test('an error that quotes somebody else cannot drive the terminal', () => {
  let text = '';
  const error = new PerdureError('run_failed', 'Run 1 failed: \u001b[2Jthe model said \u009b31m');
  reportFailure({ env: {}, stderr: { write: (part) => (text += part) } }, error, { json: false, debug: false });
  expect(text).toMatch(/^perdure: Run 1 failed: \\u001b\[2Jthe model said \\u009b31m\n/);
});
