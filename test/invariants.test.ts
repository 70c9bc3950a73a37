/**
 * Every numbered rule stands in `invariants/manifest.ts`, is told where that says, is cited by what keeps it and by the
 * title of a test; and nobody cites a rule that does not exist or states one in words of his own.
 *
 * A header or a page *states* a rule where a line begins with its number; anywhere else a number is a citation.
 */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifest } from './invariants/manifest.ts';

const root = join(import.meta.dirname, '..');
const rules = new Map(
  Object.values(manifest).flatMap(({ told, rules: some }) =>
    Object.entries(some).map(([id, rule]) => [id, { ...rule, told }] as const),
  ),
);

interface Text {
  readonly file: string;
  readonly text: string;
}

const read = (...patterns: readonly string[]): readonly Text[] =>
  globSync(patterns, { cwd: root })
    .toSorted()
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

const sources = read('packages/*/src/**/*.ts');
const pages = read('README.md', 'docs/*.md', 'docs/concepts/*.md', 'docs/guides/*.md');
const tests = read('{test,packages/*/test}/**/*.test.ts', 'packages/*/src/**/conformance{,/*}.ts');
const comments = sources.map(({ file, text }) => ({ file, text: commentsOf(text) }));
const titles = tests.flatMap(({ file, text }) =>
  [...text.matchAll(/\b(?:it|test)(?:\.each\([^)]*\))?\(\s*['"`]([^'"`]*)/g)].map((match) => ({
    file,
    text: match[1] ?? '',
  })),
);

/** What a text states, and in which words. */
interface Statement {
  readonly file: string;
  readonly id: string;
  readonly words: string;
}

const statements = [
  ...comments.flatMap((comment) => statementsOf(comment, /^ \* (?:- )?([A-Z]\d):? (?=\S)/)),
  ...pages.flatMap((page) => statementsOf(page, /^(?:- )?\*\*([A-Z]\d)\*\* (?=\S)/)),
];

function commentsOf(text: string): string {
  return [...text.matchAll(/^\s*\/\*\*?[\s\S]*?\*\/|\/\/ .*$/gm)].map(([comment]) => comment).join('\n');
}

/** A statement goes on to the next one, to the next point of a list, or to an empty line. */
function statementsOf({ file, text }: Text, begin: RegExp): readonly Statement[] {
  const found: { id: string; words: string }[] = [];
  let isOpen = false;
  for (const line of text.split('\n')) {
    const [opening, id] = begin.exec(line) ?? [];
    const isEnd = /^\s*(\*|\*\/)?$|^ \*\/|^#|^- /.test(line);
    if (opening !== undefined && id !== undefined) found.push({ id, words: line.slice(opening.length) });
    else if (isOpen && !isEnd) found.at(-1)!.words += ` ${line.replace(/^ \* */, '')}`;
    isOpen = opening !== undefined || (isOpen && !isEnd);
  }
  return found.map((statement) => ({ file, ...statement }));
}

/** Numbers that a text cites; `E1-E4` cites four. */
function citedIn(text: string): readonly string[] {
  return [...text.matchAll(/\b([A-Z])(\d)\b(?:(?:-| to )\1(\d)\b)?/g)].flatMap(([, letter, first, last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => `${letter}${Number(first) + index}`),
  );
}

/** A title cites rules in front of a colon: `R1: …`, `F1, F2: …`. */
function citedByTitle(title: string): readonly string[] {
  return [...title.matchAll(/\b((?:[A-Z]\d, )*[A-Z]\d): /g)].flatMap((match) => citedIn(match[1] ?? ''));
}

/** As one line, in small letters, without the full stop at its end. */
function plain(words: string): string {
  return words
    .replaceAll(/\s+/g, ' ')
    .toLowerCase()
    .replace(/\.\s*$/, '');
}

/** The one file whose path ends like this. */
function fileNamed(end: string, among: readonly Text[]): Text {
  const found = among.filter(({ file }) => `/${file}`.endsWith(end.startsWith('/') ? end : `/${end}`));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  const names = found.map(({ file }) => file).join(', ');
  throw new Error(
    found.length === 0
      ? `No file is called ${end}: where it was moved, renamed or split, say in test/invariants/manifest.ts who keeps its rules now.`
      : `${end} is the end of ${names}: name more of the path in test/invariants/manifest.ts.`,
  );
}

describe('numbered rules', () => {
  it('are seen: headers, pages and titles of tests are full of them', () => {
    expect(rules.size).toBeGreaterThan(40);
    expect(sources.length).toBeGreaterThan(120);
    expect(statements.length).toBeGreaterThan(rules.size);
    expect(titles.flatMap(({ text }) => citedByTitle(text)).length).toBeGreaterThan(90);
  });

  it('are numbered from 1 on below their letter', () => {
    for (const [letter, { rules: some }] of Object.entries(manifest)) {
      expect(Object.keys(some)).toEqual(Object.keys(some).map((_, index) => `${letter}${index + 1}`));
    }
  });

  it.each([...rules])('%s is told, cited by what keeps it, and cited by a test', (id, { told, by }) => {
    const teller = fileNamed(told, [...sources, ...pages]).file;
    const isTold = statements.some((statement) => statement.file === teller && statement.id === id);
    expect(isTold, `${teller} should tell ${id}`).toBe(true);
    for (const end of by) {
      const keeper = fileNamed(end, comments);
      expect(citedIn(keeper.text), `${end} should keep ${id}, and cites it in no comment`).toContain(id);
    }
    const citing = titles.filter(({ text }) => citedByTitle(text).includes(id));
    expect(citing, `no title of a test cites ${id}`).not.toEqual([]);
  });

  it('are stated in the words of the manifest', () => {
    const others = statements
      .filter(({ id, words }) => !plain(words).startsWith(plain(rules.get(id)?.says ?? `no rule ${id}`)))
      .map(({ file, id, words }) => `${file} states ${id} otherwise than test/invariants/manifest.ts: ${words}`);
    expect(others).toEqual([]);
  });

  it('exist where they are cited', () => {
    const cited = [
      ...[...comments, ...pages].flatMap(({ file, text }) => citedIn(text).map((id) => [file, id] as const)),
      ...titles.flatMap(({ file, text }) => citedByTitle(text).map((id) => [file, id] as const)),
    ];
    const unknown = cited.filter(([, id]) => !rules.has(id)).map(([file, id]) => `${file} cites ${id}`);
    expect(unknown).toEqual([]);
  });

  it('have their letter and its page in docs/architecture.md', () => {
    const page = pages.find(({ file }) => file === 'docs/architecture.md')?.text ?? '';
    for (const [letter, { about, told }] of Object.entries(manifest)) {
      const row = page.split('\n').find((line) => line.startsWith(`| ${letter} `)) ?? '';
      expect(row, `the row of ${letter}`).toContain(about);
      expect(row, `the row of ${letter}`).toContain(told.replace(/^docs\/|^\//, ''));
    }
  });
});
