import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { closeSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFile, openDraft, openPlainFile, plainTextIn, removeLeftDrafts, replaceFile } from '../src/files.ts';
import { tempFolder } from './temp.ts';

/** A folder of ours, and a file outside of it that nobody may touch. */
function place() {
  const base = tempFolder();
  const folder = join(base, 'ours');
  const outside = join(base, 'bashrc');
  mkdirSync(folder);
  writeFileSync(outside, 'mine');
  return { base, folder, outside, path: join(folder, 'a.json') };
}

describe('a file is written beside its target and takes its name', () => {
  test('it is there whole, read by this account alone, and nothing else is left', () => {
    const { folder, path } = place();
    replaceFile(path, 'one');
    replaceFile(path, 'two');
    expect([readFileSync(path, 'utf8'), readdirSync(folder), statSync(path).mode & 0o777]).toEqual([
      'two',
      ['a.json'],
      0o600,
    ]);
  });

  test('a link in its place is replaced, and what it leads to is left alone', () => {
    const { path, outside } = place();
    symlinkSync(outside, path);
    replaceFile(path, 'ours');
    expect([readFileSync(outside, 'utf8'), readFileSync(path, 'utf8')]).toEqual(['mine', 'ours']);
    expect(lstatSync(path).isSymbolicLink()).toBe(false);
  });

  test('no name that others could know is written to on the way', () => {
    const { path, outside } = place();
    for (const name of [`${path}.draft`, `${path}.${process.pid}.draft`, `${path}.tmp`]) symlinkSync(outside, name);
    replaceFile(path, 'ours');
    createFile(join(path, '../b.json'), 'ours');
    expect(readFileSync(outside, 'utf8')).toBe('mine');
  });

  test('a folder that is a link is refused by name', () => {
    const { base, folder } = place();
    symlinkSync(folder, join(base, 'link'));
    const path = join(base, 'link', 'a.json');
    for (const write of [
      () => replaceFile(path, ''),
      () => createFile(path, ''),
      () => openPlainFile(path, 'append'),
    ]) {
      expect(write).toThrow(`${join(base, 'link')} is no folder but leads to another place`);
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('a file that may be made once is made once, also where a link to nowhere has its name', () => {
  const { folder, path } = place();
  expect([createFile(path, 'first'), createFile(path, 'second')]).toEqual([true, false]);
  expect(readFileSync(path, 'utf8')).toBe('first');
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
  expect(createFile(join(folder, 'link'), 'third')).toBe(false);
  expect(readdirSync(folder).toSorted()).toEqual(['a.json', 'link']);
});

test('a draft that was given no name is gone', () => {
  const { folder, path } = place();
  {
    using draft = openDraft(path);
    writeSync(draft.fd, 'half');
    expect(readdirSync(folder)).toHaveLength(1);
  }
  expect(readdirSync(folder)).toEqual([]);
});

test('nothing is added to a file through a link', () => {
  const { path, outside } = place();
  symlinkSync(outside, path);
  expect(() => openPlainFile(path, 'append')).toThrow('ELOOP');
  expect(() => openPlainFile(path, 'read')).toThrow('ELOOP');
  closeSync(openPlainFile(`${path}.log`, 'append'));
  expect(readFileSync(outside, 'utf8')).toBe('mine');
});

/** In a process of its own, which whoever waits for ever holds up alone. */
function readBy(name: 'readFileIfAny' | 'plainTextIn', path: string): string {
  const module = JSON.stringify(new URL('../src/files.ts', import.meta.url).href);
  const script = `const { ${name} } = await import(${module});
    try { console.log(String(${name}(${JSON.stringify(path)}))); } catch ({ code }) { console.log(code); }`;
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 20_000 }).stdout.trim();
}

describe('a file that is read', () => {
  test.each([
    ['readFileIfAny', 'conflict'],
    ['plainTextIn', 'undefined'],
  ] as const)('%s: a pipe that has its name is not waited for', (name, said) => {
    const { path } = place();
    spawnSync('mkfifo', [path]);
    expect(readBy(name, path)).toBe(said);
  });

  test('is none where it is larger than any text of ours', () => {
    const { path } = place();
    writeFileSync(path, 'begun');
    expect(plainTextIn(path)).toBe('begun');
    truncateSync(path, 20_000_000);
    expect(plainTextIn(path)).toBeUndefined();
  });

  test('is read through a link where that is asked for, and a pipe behind one is not waited for', () => {
    const { base, path, outside } = place();
    symlinkSync(outside, path);
    expect([plainTextIn(path), plainTextIn(path, { isLinkFollowed: true })]).toEqual([undefined, 'mine']);
    const [pipe, link] = [join(base, 'pipe'), join(base, 'link')];
    spawnSync('mkfifo', [pipe]);
    symlinkSync(pipe, link);
    expect(readBy('readFileIfAny', link)).toBe('conflict');
  });
});

test('of drafts that were left those of its own are removed, and nothing that is only called alike', () => {
  const { folder, path } = place();
  const alike = ['.a.json.mine.draft', '.b.json.0123456789abcdef.draft'];
  for (const name of ['.a.json.0123456789abcdef.draft', ...alike]) writeFileSync(join(folder, name), '');
  mkdirSync(join(folder, '.a.json.fedcba9876543210.draft'));
  removeLeftDrafts(path);
  expect(readdirSync(folder).toSorted()).toEqual(['.a.json.fedcba9876543210.draft', ...alike]);
});
