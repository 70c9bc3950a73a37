import * as fc from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { describe, expect, it } from 'vitest';
import { normalizeTarget, overlap } from '../../src/core/write-targets.ts';

fc.configureGlobal({ seed: propertySeed(20_261_130) });

const project = '/projects/release';
const pathOf = (target: string) => {
  const found = normalizeTarget(target, project);
  return found.kind === 'target' ? found.path : 'outside';
};

describe('a write target', () => {
  it.each([
    ['docs/', 'docs'],
    ['./docs//guide.md', 'docs/guide.md'],
    ['docs/../src', 'src'],
    ['/projects/release/src', 'src'],
    ['/projects/release', ''],
    ['.', ''],
    ['/etc/hosts', '/etc/hosts'],
    ['/projects/release-2', '/projects/release-2'],
    [String.raw`src\core`, 'src/core'],
    ['../other', 'outside'],
    ['docs/../../other', 'outside'],
  ])('%s is compared as "%s"', (given, path) => {
    expect(pathOf(given)).toBe(path);
  });
});

describe('two write targets', () => {
  it.each([
    ['docs', 'docs'],
    ['docs', 'docs/guide.md'],
    ['', 'anything'],
    ['src/**', 'src/core/a.ts'],
    ['src/**', 'src'],
    ['src/a*', 'src/ab.ts'],
    ['**/*.md', 'docs/guide.md'],
    ['src/*.ts', 'src/core/**'],
    ['Docs/Guide.md', 'docs/guide.md'],
    ['caf\u00E9', 'cafe\u0301'],
  ])('"%s" and "%s" overlap, whichever is named first', (one, other) => {
    expect([overlap(one, other), overlap(other, one)]).toEqual([true, true]);
  });

  it.each([
    ['docs', 'src'],
    ['src/a', 'src/ab'],
    ['src/a.ts', 'src/b.ts'],
    ['src/a/**', 'src/b/**'],
    ['docs/*.md', 'src/*.md'],
  ])('"%s" and "%s" do not', (one, other) => {
    expect([overlap(one, other), overlap(other, one)]).toEqual([false, false]);
  });

  it('overlap wherever one lies below the other, however it is spelled', () => {
    const name = fc.constantFrom('a', 'b', 'Ü', 'x.ts');
    const path = fc.array(name, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(path, path, (above, below) => {
        const [one, other] = [above.join('//'), `./${[...above, ...below].join('/')}/`].map(pathOf);
        expect(overlap(one ?? '', other ?? '')).toBe(true);
      }),
    );
  });
});
