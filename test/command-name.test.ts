/**
 * The command is typed in one way, `perdure`, in every page and every message: who has followed one of them can type
 * what another one says. How it comes onto the PATH is told where it is installed. Decisions are of their day.
 */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const said = [
  '*.md',
  'docs/*.md',
  'docs/{concepts,guides}/*.md',
  'skills/**/*.md',
  'packages/*/src/**/*.ts',
  'scripts/**/*.ts',
];

test('no page and no message has another name for the command', () => {
  const files = globSync(said, { cwd: root }).filter((file) => file !== 'CHANGELOG.md');
  expect(files.length).toBeGreaterThan(300);
  const others = files.filter((file) =>
    /npx (?:-\S+ )*perdure|\.bin\/perdure/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(others).toEqual([]);
});
