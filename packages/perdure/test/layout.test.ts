/**
 * Who may import whom inside of the command line. A folder is a noun, but for the frame, the client and text; its views are text and
 * nothing else, so that they can be read, tested and moved without a terminal or a server.
 */

import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = join(import.meta.dirname, '../src');

/** Folders, and those that each may import besides itself; an empty name is the top, which joins them. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  text: [],
  cli: ['text'],
  client: ['cli'],
  waits: ['client', 'cli', 'text'],
  runs: ['waits', 'client', 'cli', 'text'],
  definitions: ['client', 'cli', 'text'],
  instance: ['cli', 'text'],
  skills: ['cli'],
  tasks: ['cli', 'text'],
  '': ['cli', 'definitions', 'instance', 'runs', 'skills', 'tasks', 'waits'],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

const files = globSync('**/*.ts', { cwd: src }).toSorted();
const imports: readonly Import[] = files.flatMap((file) => {
  const found = readFileSync(join(src, file), 'utf8').matchAll(/(?:\bfrom\s+|\bimport\()'(\.[^']+\.ts)'/g);
  return [...found].map(([, path = '']) => ({ file, target: relative(src, join(src, dirname(file), path)) }));
});

const folderOf = (file: string) => (file.includes('/') ? dirname(file) : '');
const isView = (file: string) => basename(file).startsWith('view');
const told = (breaches: readonly Import[]) => breaches.map(({ file, target }) => `${file} -> ${target}`);

describe('the folders of the command line', () => {
  it('are those of the table, and their imports are seen', () => {
    expect([...new Set(files.map(folderOf))].toSorted()).toEqual(Object.keys(mayImport).toSorted());
    expect(files.length).toBeGreaterThan(100);
    expect(imports.length).toBeGreaterThan(400);
  });

  it('import each other in the directions of the table alone', () => {
    const breaches = imports.filter(({ file, target }) => {
      const [from, to] = [folderOf(file), folderOf(target)];
      return from !== to && mayImport[from]?.includes(to) !== true;
    });
    expect(told(breaches)).toEqual([]);
  });

  it('never import each other both ways', () => {
    const pairs = Object.entries(mayImport).flatMap(([from, to]) => to.map((each) => [from, each] as const));
    expect(pairs.filter(([from, to]) => mayImport[to]?.includes(from))).toEqual([]);
  });

  it('have views that import text alone, and other views: neither the frame nor a client', () => {
    const views = files.filter(isView);
    expect(views.length).toBeGreaterThan(15);
    const breaches = imports.filter(
      ({ file, target }) => isView(file) && ['cli', 'client', ''].includes(folderOf(target)),
    );
    expect(told(breaches)).toEqual([]);
  });

  it('have files of at most 300 lines', () => {
    const long = files.filter((file) => readFileSync(join(src, file), 'utf8').split('\n').length > 300);
    expect(long).toEqual([]);
  });
});
