import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, test } from 'vitest';
import { entriesBelow } from '../src/index.ts';

test('a link to a folder is told as a link, and what lies behind it is not', () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'below', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'below', 'deep', 'file'), '');
  symlinkSync(import.meta.dirname, join(folder, 'away'));
  symlinkSync(folder, join(folder, 'below', 'round'));
  const found = entriesBelow(folder);
  expect(found.map(({ name }) => name).toSorted()).toEqual(['away', 'below', 'deep', 'file', 'round']);
  const links = found.filter((entry) => entry.isSymbolicLink());
  expect(links.map(({ name }) => name).toSorted()).toEqual(['away', 'round']);
});
