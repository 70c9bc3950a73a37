import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { subjectOf } from '../../src/evidence/subject.ts';
import { digest, repository, tempFolder, write } from './support.ts';

test('outside git the listed files count, folders with all that is in them, and nothing else', async () => {
  const folder = tempFolder();
  write(folder, { a: 'one', 'sub/deep/b': 'two', other: 'x', 'sub/.perdure/db': 'rows', 'sub/.git/index': 'x' });
  const paths = ['a', 'sub'];
  const before = await digest(folder, paths);
  expect(before).toMatch(/^files /);
  write(folder, { other: 'y', 'sub/.perdure/db': 'more', 'sub/.git/index': 'y', 'sub/state/db': 'rows' });
  expect(await digest(folder, paths, { exclude: [join(folder, 'sub/state')] })).toBe(before);
  rmSync(join(folder, 'sub/state'), { recursive: true });
  const seen = [before];
  write(folder, { 'sub/deep/b': 'three' });
  seen.push(await digest(folder, paths));
  chmodSync(join(folder, 'a'), 0o755);
  seen.push(await digest(folder, paths));
  mkdirSync(join(folder, 'sub/empty'));
  seen.push(await digest(folder, paths));
  rmSync(join(folder, 'a'));
  seen.push(await digest(folder, paths));
  expect(new Set(seen).size).toBe(5);
});

test('a link counts by where it points, not by what is there', async () => {
  const folder = tempFolder();
  write(folder, { a: 'one', b: 'one' });
  symlinkSync('a', join(folder, 'link'));
  const before = await digest(folder, ['link']);
  write(folder, { a: 'changed' });
  expect(await digest(folder, ['link'])).toBe(before);
  rmSync(join(folder, 'link'));
  symlinkSync('b', join(folder, 'link'));
  expect(await digest(folder, ['link'])).not.toBe(before);
});

test('an edit of a file whose name is not UTF-8 is seen', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'sub'));
  const path = Buffer.concat([Buffer.from(join(folder, 'sub/')), Buffer.from([0xff, 0xfe])]);
  writeFileSync(path, 'one');
  const before = await digest(folder, ['sub']);
  writeFileSync(path, 'two');
  expect(await digest(folder, ['sub'])).not.toBe(before);
});

test('a named pipe is not waited for, and five hundred folders in each other are no trouble', async () => {
  const folder = tempFolder();
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  mkdirSync(join(folder, 'd/'.repeat(500)), { recursive: true });
  expect(await digest(folder, ['pipe', 'd'])).toMatch(/^files /);
});

test('outside git without a list, the refusal says so and what to do', async () => {
  const folder = tempFolder();
  const rest = 'so nothing says which files the check is about; list them with --paths.';
  expect(await digest(folder)).toBe(`${folder} is in no work tree that git reads, ${rest}`);
  expect(await digest(join(folder, 'missing'))).toBe(
    `There is no folder ${folder}/missing; run the check where its files are.`,
  );
  expect(await digest(folder, ['missing'])).toMatch(/^None of the listed paths exists/);
});

test('where git is not installed, listed files still count and a missing list is refused with that reason', async () => {
  const folder = repository({ a: 'one' });
  const env = { PATH: tempFolder() };
  expect(await subjectOf({ cwd: folder, paths: [], env })).toMatchObject({
    kind: 'refused',
    code: 'invalid_input',
    message: expect.stringMatching(/^Git is not installed, so nothing says which files/),
  });
  expect(await subjectOf({ cwd: folder, paths: ['a'], env })).toMatchObject({
    subject: { kind: 'files', paths: ['a'] },
  });
});
