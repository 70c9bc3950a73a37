import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createEntryReader } from '../../src/evidence/file-entries.ts';
import { subjectOf } from '../../src/evidence/subject.ts';
import { digest, git, repository, tempFolder, write } from './support.ts';

const files = { 'a.txt': 'one', 'src/b.txt': 'two', '.gitignore': '*.log\n.perdure/\n' };

/** Settings by which git would run a program at `add`, `diff` or `status`, and one that would leave a trace. */
function armed(folder: string, trace: string): void {
  for (const [name, value] of [
    ['filter.evil.clean', `touch ${trace}; cat`],
    ['filter.evil.process', `touch ${trace}`],
    ['diff.evil.textconv', `touch ${trace}; cat`],
    ['core.fsmonitor', `touch ${trace} #`],
    ['core.hooksPath', join(folder, '.git/hooks')],
    ['extensions.partialClone', 'origin'],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.url', `ext::sh -c touch% ${trace}`],
    ['protocol.ext.allow', 'always'],
  ] as const) {
    git(folder, 'config', name, value);
  }
  write(folder, { '.git/info/attributes': '* filter=evil diff=evil\n' });
}

test('nothing that a repository names is run, nor what one inside of it names', async () => {
  const folder = repository(files);
  const trace = join(tempFolder(), 'ran');
  const inside = join(folder, 'vendor');
  mkdirSync(inside);
  repository({ 'lib.txt': 'one', '.gitattributes': '* filter=evil\n' }, inside);
  const before = await digest(folder);
  armed(folder, trace);
  armed(inside, trace);
  write(folder, { 'a.txt': 'edited', 'vendor/lib.txt': 'edited', 'vendor/new.txt': 'new' });
  expect(await digest(folder)).not.toBe(before);
  expect(existsSync(trace)).toBe(false);
});

test('contents count byte for byte: no filter, line end or mode of the repository’s settings hides an edit', async () => {
  const folder = repository({ ...files, '.gitattributes': '*.txt filter=same\n' });
  git(folder, 'config', 'filter.same.clean', 'git show HEAD:%f');
  git(folder, 'config', 'core.autocrlf', 'input');
  git(folder, 'config', 'core.fileMode', 'false');
  const seen = [await digest(folder)];
  write(folder, { 'a.txt': 'other' });
  seen.push(await digest(folder));
  write(folder, { '.gitignore': '*.log\r\n.perdure/\r\n' });
  seen.push(await digest(folder));
  chmodSync(join(folder, 'a.txt'), 0o755);
  seen.push(await digest(folder));
  expect(new Set(seen).size).toBe(4);
});

test('a rule of this machine alone that hides new files counts, and is named', async () => {
  const folder = repository(files);
  const before = await digest(folder);
  write(folder, { '.git/info/exclude': '# nothing yet\n\n', 'secret.js': '' });
  const seen = [before, await digest(folder)];
  write(folder, { '.git/info/exclude': '# now\nsecret.js\n' });
  seen.push(await digest(folder));
  expect(new Set(seen).size).toBe(3);
  expect(await subjectOf({ cwd: folder, paths: [] })).toMatchObject({ subject: { left_out: ['secret.js'] } });
});

test('a setting that points the work tree elsewhere, also in a repository inside, does not hide what is here', async () => {
  const folder = repository(files);
  const inside = join(folder, 'vendor');
  mkdirSync(inside);
  repository({ 'lib.txt': 'one' }, inside);
  git(inside, 'config', 'core.worktree', tempFolder());
  const before = await digest(folder);
  write(inside, { 'lib.txt': 'two' });
  expect(await digest(folder)).not.toBe(before);
  git(folder, 'config', 'core.worktree', tempFolder());
  expect(await digest(folder)).toMatch(/is in no work tree that git reads/);
});

test('a large file is neither copied nor read, and a write to it is seen all the same', async () => {
  const folder = repository(files);
  const large = join(folder, 'large.bin');
  writeFileSync(large, '');
  // Three gigabytes take seconds to read, and this no time.
  truncateSync(large, 3 * 1024 ** 3);
  const { atime, mtime } = statSync(large);
  const temp = tempFolder();
  const env = { ...process.env, TMPDIR: temp };
  const reader = createEntryReader();
  const look = async () => await subjectOf({ cwd: folder, paths: [], env, reader });
  const first = await look();
  expect(first).toMatchObject({ kind: 'subject' });
  expect(await look()).toEqual(first);
  expect(readdirSync(temp)).toEqual([]);
  const file = openSync(large, 'r+');
  writeSync(file, 'x', 1024);
  closeSync(file);
  utimesSync(large, atime, mtime);
  expect(await look()).not.toEqual(first);
});

test('an edit changes the digest, wherever in the repository one stands, and taking it back restores it', async () => {
  const folder = repository(files);
  const before = await digest(join(folder, 'src'));
  write(folder, { 'a.txt': 'two' });
  expect(await digest(join(folder, 'src'))).not.toBe(before);
  write(folder, { 'a.txt': 'one' });
  expect(await digest(join(folder, 'src'))).toBe(before);
});

test('an edit of the same size in the second of the last commit is seen', async () => {
  for (let round = 0; round < 5; round += 1) {
    const folder = repository(files);
    const { atime, mtime } = statSync(join(folder, 'a.txt'));
    const before = await digest(folder);
    write(folder, { 'a.txt': 'eno' });
    utimesSync(join(folder, 'a.txt'), atime, mtime);
    expect(await digest(folder)).not.toBe(before);
  }
});

test('a new file, a removed one, a file made executable and a link that points elsewhere each change it', async () => {
  const folder = repository(files);
  symlinkSync('a.txt', join(folder, 'link'));
  const seen = [await digest(folder)];
  write(folder, { 'new.txt': '' });
  seen.push(await digest(folder));
  chmodSync(join(folder, 'a.txt'), 0o755);
  seen.push(await digest(folder));
  rmSync(join(folder, 'src'), { recursive: true });
  seen.push(await digest(folder));
  rmSync(join(folder, 'link'));
  symlinkSync('new.txt', join(folder, 'link'));
  seen.push(await digest(folder));
  expect(new Set(seen).size).toBe(5);
  expect(seen.every((one) => one.startsWith('git '))).toBe(true);
});

test('ignored files, state roots and excluded folders do not change it, ignored by git or not', async () => {
  const folder = repository(files);
  mkdirSync(join(folder, 'st*te'));
  const exclude = [join(folder, 'st*te')];
  const before = await digest(folder, [], { exclude });
  write(folder, { 'x.log': 'noise', '.perdure/tasks.db': 'rows', 'st*te/tasks.db': 'rows' });
  write(join(folder, 'src'), { '.perdure/tasks.db': 'rows' });
  expect(await digest(folder, [], { exclude })).toBe(before);
  write(folder, { '.gitignore': '' });
  rmSync(join(folder, 'x.log'));
  const unignored = await digest(folder, [], { exclude });
  write(folder, { '.perdure/more': 'rows' });
  expect(await digest(folder, [], { exclude })).toBe(unignored);
});

test('staging, committing and a merge that stopped half-way leave it as the files are', async () => {
  const folder = repository(files);
  write(folder, { 'a.txt': 'mine' });
  const before = await digest(folder);
  git(folder, 'add', 'a.txt');
  expect(await digest(folder)).toBe(before);
  git(folder, 'commit', '-q', '-m', 'mine');
  expect(await digest(folder)).toBe(before);
  git(folder, 'checkout', '-q', '-b', 'other', 'HEAD~');
  write(folder, { 'a.txt': 'theirs' });
  git(folder, 'commit', '-q', '-a', '-m', 'theirs');
  expect(() => git(folder, 'merge', '-')).toThrow();
  write(folder, { 'a.txt': 'mine' });
  expect(await digest(folder)).toBe(before);
});

test('with listed paths only those count, whatever is staged elsewhere', async () => {
  const folder = repository(files);
  const before = await digest(join(folder, 'src'), ['b.txt']);
  write(folder, { 'a.txt': 'changed', 'src/c.txt': 'new' });
  git(folder, 'add', '-A');
  expect(await digest(join(folder, 'src'), ['b.txt'])).toBe(before);
  expect(await digest(folder, ['src'])).not.toBe(before);
  write(folder, { 'src/b.txt': 'changed' });
  expect(await digest(join(folder, 'src'), ['b.txt'])).not.toBe(before);
});

test('a listed path counts although git ignores it, and one that is removed counts as gone', async () => {
  const folder = repository(files);
  write(folder, { 'x.log': 'one' });
  const before = await digest(folder, ['x.log', 'a.txt']);
  write(folder, { 'x.log': 'two' });
  const edited = await digest(folder, ['x.log', 'a.txt']);
  rmSync(join(folder, 'x.log'));
  expect(new Set([before, edited, await digest(folder, ['x.log', 'a.txt'])]).size).toBe(3);
  expect(await digest(folder, ['x.log'])).toBe(
    `None of the listed paths exists in ${folder}; name files that are there with --paths.`,
  );
});

test('names with spaces, newlines, leading dashes, colons and stars are names and nothing else', async () => {
  const names = ['a b', 'a\nb', '-n', ':(top)', '*', '"q"', 'ü', ':!x', 'x.log'];
  const folder = repository({ '.gitignore': '*.log\n', other: 'same' });
  write(folder, Object.fromEntries(names.map((name) => [name, 'one'])));
  for (const name of names) {
    const before = await digest(folder, [name]);
    expect(before).toMatch(/^git /);
    write(folder, { other: before });
    expect(await digest(folder, [name])).toBe(before);
    write(folder, { [name]: 'two' });
    expect(await digest(folder, [name])).not.toBe(before);
  }
});

test('a repository without commits has a digest, and so has an empty one', async () => {
  const folder = tempFolder();
  git(folder, 'init', '-q');
  const empty = await digest(folder);
  expect(empty).toMatch(/^git /);
  write(folder, { 'a.txt': 'one' });
  expect(await digest(folder)).not.toBe(empty);
});

test('an edit inside a submodule, and inside a repository that only lies there, changes it', async () => {
  const library = repository({ 'lib.txt': 'one' });
  const folder = repository(files);
  git(folder, 'submodule', 'add', '-q', library, 'lib');
  git(folder, 'commit', '-q', '-m', 'lib');
  mkdirSync(join(folder, 'unborn'));
  git(join(folder, 'unborn'), 'init', '-q');
  repository({ 'c.txt': 'one' }, (mkdirSync(join(folder, 'born')), join(folder, 'born')));
  const seen = [await digest(folder)];
  for (const file of ['lib/lib.txt', 'unborn/new.txt', 'born/c.txt']) {
    write(folder, { [file]: 'changed' });
    seen.push(await digest(folder));
  }
  expect(new Set(seen).size).toBe(4);
  expect(seen.every((one) => one.startsWith('git '))).toBe(true);
  git(join(folder, 'lib'), 'commit', '-q', '-a', '-m', 'changed');
  expect(await digest(folder)).toBe(seen[3]);
  git(folder, 'submodule', 'deinit', '-f', '-q', 'lib');
  expect(await digest(folder)).toMatch(/^git /);
});

test('marks that hide an edit from git do not hide it from us', async () => {
  const folder = repository(files);
  const before = await digest(folder);
  git(folder, 'update-index', '--assume-unchanged', 'a.txt');
  git(folder, 'update-index', '--skip-worktree', 'src/b.txt');
  expect(await digest(folder)).toBe(before);
  write(folder, { 'a.txt': 'changed' });
  const first = await digest(folder);
  write(folder, { 'src/b.txt': 'changed' });
  expect(new Set([before, first, await digest(folder)]).size).toBe(3);
});

test('nothing in the repository is written, also while another git holds its index', async () => {
  const folder = repository(files);
  write(folder, {
    'a.txt': 'changed',
    'new.txt': 'new',
    '.git/index.lock': '',
    '.git/hooks/post-index-change': '#!/bin/sh\ntouch hooked\n',
  });
  chmodSync(join(folder, '.git/hooks/post-index-change'), 0o755);
  git(folder, 'config', 'core.fsmonitor', `touch ${join(folder, 'monitored')} #`);
  const before = listing(folder);
  expect(await digest(folder)).toMatch(/^git /);
  expect(listing(folder)).toEqual(before);
});

test('variables that point git elsewhere, as in a hook, are not followed', async () => {
  const folder = repository(files);
  const other = repository({ 'z.txt': 'other' });
  const env = { ...process.env, GIT_DIR: join(other, '.git'), GIT_INDEX_FILE: join(other, '.git/index') };
  expect(await subjectOf({ cwd: folder, paths: [], env })).toEqual(await subjectOf({ cwd: folder, paths: [] }));
});

test('a path outside the repository is refused in a sentence', async () => {
  const folder = repository(files);
  const other = tempFolder();
  write(other, { x: '' });
  expect(await digest(folder, [join(other, 'x')])).toMatch(/^A listed path lies outside the repository/);
});

test('an edit in a work tree at a path with a colon, and in a linked work tree, is seen', async () => {
  const folder = repository(files);
  const linked = join(tempFolder(), 'li:nk"ed');
  git(folder, 'worktree', 'add', '-q', '-b', 'linked', linked);
  const before = await digest(linked);
  expect(before).toBe(await digest(folder));
  write(linked, { 'a.txt': 'changed' });
  expect(await digest(linked)).not.toBe(before);
  const colon = join(tempFolder(), 'a:b');
  mkdirSync(colon);
  repository(files, colon);
  expect(await digest(colon)).toBe(before);
});

test('2,000 files that git does not know yet are asked about no more often than one', async () => {
  const folder = repository(files);
  const programs = tempFolder();
  const asked = join(programs, 'asked');
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  writeFileSync(join(programs, 'git'), `#!/bin/sh\necho >> '${asked}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${programs}:${process.env['PATH']}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const timesAsked = async () => {
    writeFileSync(asked, '');
    expect(await digest(folder)).toMatch(/^git /);
    return readFileSync(asked, 'utf8').length;
  };
  mkdirSync(join(folder, 'many'));
  writeFileSync(join(folder, 'many', '0'), '0');
  const forOne = await timesAsked();
  expect(forOne).toBeGreaterThan(0);
  for (let number = 1; number < 2_000; number += 1) writeFileSync(join(folder, 'many', String(number)), String(number));
  expect(await timesAsked()).toBe(forOne);
});

/** Every file below, with content and time of change; but git marks objects that it meets again as young. */
function listing(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => {
      const stats = statSync(path);
      return `${path} ${path.includes('/objects/') ? '' : stats.mtimeMs} ${stats.isFile() ? readFileSync(path, 'latin1') : ''}`;
    })
    .toSorted();
}
