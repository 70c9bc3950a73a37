import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { homePaths, readStamp } from '@perdure/home';
import { expect, test } from 'vitest';
import { startFakeApi } from '../fake-api.ts';
import { cli, createPlace, createRunningPlace, dataIn } from '../harness.ts';

const everyKind = [
  ['status'],
  ['down'],
  ['key'],
  ['config', 'explain'],
  ['run', 'hello', 'x'],
  ['runs', 'list'],
  ['waits'],
  ['agents', 'check'],
  ['pipelines', 'check'],
  ['tools', 'check'],
  ['models', 'list'],
  ['principals', 'list'],
  ['task', 'list'],
  ['task', 'continue'],
  ['mcp'],
  ['skills', 'install', '--for', 'claude-code'],
  ['up', '--demo'],
];

test('on a copy every command is refused in three lines, and the original hears nothing of it', async () => {
  await using api = await startFakeApi();
  using place = createRunningPlace(api);
  const copy = homePaths(join(place.folder, 'copy'));
  cpSync(place.paths.root, copy.root, { recursive: true, preserveTimestamps: true });
  for (const argv of everyKind) {
    const { code, stdout, stderr } = await cli([...argv, '--home', copy.root], { cwd: place.folder });
    expect({ argv, code, stdout }).toEqual({ argv, code: 10, stdout: '' });
    expect(stderr).toMatch(/^perdure: The state root \S+ is a copy of \S+, which is still there\. Say which it is; /);
    expect(stderr.split('\n').length).toBe(4);
  }
  expect(readFileSync(copy.instance, 'utf8')).toBe(readFileSync(place.paths.instance, 'utf8'));
  expect((await cli(['status'], { cwd: place.folder })).code).toBe(0);
});

test('a copy that lies in no project does not take the folder for one in which somebody happens to stand', async () => {
  using place = createPlace();
  await cli(['task', 'create', 'ship', '--title', 'Ship it', '--goal', 'g', '--criterion', 'c'], { cwd: place.folder });
  using elsewhere = createPlace();
  const copy = join(elsewhere.folder, 'copy');
  cpSync(place.paths.root, copy, { recursive: true, preserveTimestamps: true });
  const stamp = readStamp(homePaths(copy));
  const { code, stderr } = await cli(['up', '--as-copy', '--home', copy], { cwd: elsewhere.folder });
  expect(code).toBe(2);
  expect(stderr).toContain(
    `is not the project of that: start it in ${place.folder}, or name it: \`perdure up --as-copy --project `,
  );
  expect(readStamp(homePaths(copy))).toEqual(stamp);
});

test('a state root that a clone brings is refused by every command, and its words are not shown', async () => {
  using outer = createPlace();
  const clone = join(outer.folder, 'clone');
  const root = join(clone, '.perdure');
  mkdirSync(root, { recursive: true });
  mkdirSync(join(clone, 'tools'));
  writeFileSync(join(root, 'perdure.config.yaml'), 'port: 1\n');
  const ran = join(outer.folder, 'ran');
  writeFileSync(
    join(clone, 'tools', 'evil.ts'),
    `import { writeFileSync } from 'node:fs'; writeFileSync('${ran}', '');`,
  );
  for (const argv of everyKind) {
    const { code, stderr } = await cli(argv, { cwd: clone });
    expect({ argv, code }).toEqual({ argv, code: 10 });
    expect(stderr).toMatch(/was not made a state root by this account on this machine.*`perdure trust --home /);
  }
  expect(existsSync(ran)).toBe(false);
});

test('trust adopts it, shows what is in it, and runs nothing of it', async () => {
  using outer = createPlace();
  await cli(['task', 'create', 'ship', '--title', 'Ship it', '--goal', 'g', '--criterion', 'c'], { cwd: outer.folder });
  const clone = join(outer.folder, 'clone');
  const root = homePaths(join(clone, '.perdure'));
  mkdirSync(join(clone, 'tools'), { recursive: true });
  writeFileSync(join(clone, 'tools', 'evil.ts'), 'throw new Error("ran");');
  cpSync(outer.paths.root, root.root, { recursive: true });
  const { code, stdout } = await cli(['trust'], { cwd: clone });
  expect(code).toBe(0);
  expect(stdout).toContain('is a state root of this account on this machine now');
  expect(stdout).toMatch(/task +ship: Ship it/);
  expect(stdout).toMatch(/code +.*evil\.ts/);
  expect(readStamp(root)?.hold).toBe('trust');
  const again = await cli(['trust', '.perdure', '--json'], { cwd: clone });
  expect(dataIn(again.stdout)).toMatchObject({ home: root.root, adopted: false });
  expect((await cli(['task', 'list'], { cwd: clone })).code).toBe(0);
});

test('trust of nothing, and the flags for a copy on what is none, are refused', async () => {
  using place = createPlace();
  expect(await cli(['trust', 'nowhere'], { cwd: place.folder })).toMatchObject({ code: 7, stdout: '' });
  const none = await cli(['up', '--take-over'], { cwd: place.folder });
  expect(none).toMatchObject({ code: 2, stdout: '' });
  expect(none.stderr).toContain('is no copy of a state root: start it without --take-over.');
  expect((await cli(['up', '--take-over', '--as-copy'], { cwd: place.folder })).code).toBe(2);
});
