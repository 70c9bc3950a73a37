/** Every numbered rule is stated in the header of a module and cited by the title of a test; no test cites a rule that does not exist. */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (pattern: string) =>
  globSync(pattern, { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));

/** E: what the engine promises. R: runs. P: passing over and parking. G: group commit. L: the log of a task. T: tool calls. Their words are in the modules. */
const rules = [
  'E1',
  'E2',
  'E3',
  'E4',
  'R1',
  'R2',
  'R3',
  'R4',
  'R5',
  'R6',
  'R7',
  'P1',
  'P2',
  'P3',
  'P4',
  'P5',
  'G1',
  'G2',
  'G3',
  'G4',
  'L1',
  'L2',
  'L3',
  'T1',
  'T2',
  'T3',
  'T4',
];

const sources = read('packages/*/src/**/*.ts');
const headers = sources.map((text) => /^\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? '').join('\n');
const tests = [...read('packages/*/test/**/*.test.ts'), ...read('packages/*/src/**/conformance.ts')].join('\n');
const titles = [...tests.matchAll(/\bit(?:\.each\([^)]*\))?\(\s*['"`]([^'"`]*)/g)].map((match) => match[1] ?? '');

describe('numbered rules', () => {
  it.each(rules)('%s is stated in a module header and cited by a test', (rule) => {
    expect(new RegExp(`\\b${rule}\\b`).test(headers), `${rule} stands in no module header`).toBe(true);
    const citing = titles.filter((title) => new RegExp(`\\b${rule}:`).test(title));
    expect(citing, `no test title cites ${rule}`).not.toEqual([]);
  });

  it('no test cites a rule that nobody stated', () => {
    const cited = new Set(titles.flatMap((title) => [...title.matchAll(/\b([A-Z]\d):/g)].map((match) => match[1])));
    expect([...cited].filter((rule) => !rules.includes(rule ?? ''))).toEqual([]);
  });
});
