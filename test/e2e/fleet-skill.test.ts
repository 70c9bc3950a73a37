/** The skill of leads tells the truth: its front matter is valid, and every command that it names exists. */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { codeOf, createHelpCheck, namedCommand } from './named-commands.ts';

const page = readFileSync(join(import.meta.dirname, '../../skills/perdure-fleet/SKILL.md'), 'utf8');
const main = fileURLToPath(import.meta.resolve('perdure/main'));

const whatIsUnknown = createHelpCheck(async (words) => {
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...words, '--help']);
  return stdout;
});

test('the front matter keeps the rules of Agent Skills', () => {
  const [, head = ''] = /^---\n([\s\S]*?)\n---\n/.exec(page) ?? [];
  const { name, description } = parse(head) as { readonly name: string; readonly description: string };
  expect(name).toBe('perdure-fleet');
  expect(description.length).toBeLessThanOrEqual(1024);
  expect(page.split('\n').length).toBeLessThanOrEqual(150);
});

test('every command exists, with every flag that it is given', { timeout: 180_000 }, async () => {
  const named = codeOf(page)
    .flatMap((code) => code.split('\n'))
    .flatMap((line) =>
      [...line.matchAll(/(?:^|\s)perdure ([^#]+)/g)].map(([, given = '']) => namedCommand(given.trim().split(/\s+/))),
    )
    .filter(({ words }) => words.length > 0);
  expect(named.length).toBeGreaterThan(15);
  expect((await Promise.all(named.map(whatIsUnknown))).flat()).toEqual([]);
});
