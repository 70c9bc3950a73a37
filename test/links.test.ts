/**
 * Pages name files of the repository: each link leads to one, and to a heading that is there. Decisions are of their
 * day and left out.
 */

import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const pages = globSync(['*.md', 'docs/*.md', 'docs/{concepts,guides}/*.md'], { cwd: root }).toSorted();
const links = pages.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/\]\(\s*([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => ({ page, target })),
);

/** As it stands in an address: small letters, blanks as dashes, no other marks. */
function anchorsOf(file: string): readonly string[] {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('links of the pages', () => {
  it('are seen', () => {
    expect(pages.length).toBeGreaterThan(12);
    expect(links.length).toBeGreaterThan(40);
  });

  it('lead to files and headings that exist', () => {
    const broken = links.filter(({ page, target }) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? join(root, page) : join(root, dirname(page), path);
      return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
    });
    expect(broken.map(({ page, target }) => `${page} -> ${target}`)).toEqual([]);
  });
});
