/**
 * The owner's key in an argument can be read by every account of the machine, for as long as the command runs. So no
 * page, no message and no script of ours shows it that way; it goes through a pipe (`perdure key --header`).
 */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** `$(npx perdure key)`, `$(${command} key${homeFlag})`, the same in backticks, and a bearer from a variable. */
const inArguments = [
  /\$\([^()\n]*(?:perdure|\$\{command\})\s+key\b/u,
  /(?:-H|--header)[ =]["']?Authorization: Bearer (?:\$|sk_|<)/iu,
  /`[^`\n]*perdure key`["'\s]*(?:-d|http)/u,
];

/** What a shell keeps to itself, and what it hands over as it is written. */
const isNoArgument = /\bexport \w+="\$\(perdure key\)"|'Authorization: Bearer \$\{\w+\}'/gu;

/** Decisions are never edited: one tells of the line that was wrong. */
const files = globSync(
  ['*.md', 'docs/**/*.md', 'skills/**/*', 'agents/**/*', 'scripts/**/*', 'packages/*/src/**/*.ts'],
  { cwd: root },
)
  .filter((file) => /\.(?:md|ts|sh|json|yaml)$/u.test(file) && !file.startsWith(join('docs', 'decisions')))
  .toSorted();

it('is nowhere said to put the key into the arguments of a command', () => {
  expect(files.length).toBeGreaterThan(500);
  const told = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .replaceAll(isNoArgument, '')
      .split('\n')
      .flatMap((line, index) => (inArguments.some((shape) => shape.test(line)) ? [`${file}:${index + 1}`] : [])),
  );
  expect(told).toEqual([]);
});

it.each([
  'curl -H "Authorization: Bearer $(npx perdure key)" http://127.0.0.1:7373/api/v1/runs',
  '`  curl -s ${url} -H "Authorization: Bearer $(${command} key${homeFlag})"`',
  "curl --header 'Authorization: Bearer $KEY' http://127.0.0.1:7373",
])('would be found in %s', (line) => {
  expect(inArguments.some((shape) => shape.test(line))).toBe(true);
});
