/**
 * Which places two lanes would both write to. A path covers itself and all below it; a glob covers whatever begins as
 * it does up to its first wildcard. That finds some overlaps that are none, and misses none.
 */

/** The path in the form in which it is compared, or why it is none of the project. Empty: the whole project. */
export function normalizeTarget(
  target: string,
  project: string,
): { readonly kind: 'target'; readonly path: string } | { readonly kind: 'outside' } {
  const given = target.trim().replaceAll('\\', '/');
  const isInside = project !== '' && (given === project || given.startsWith(`${project}/`));
  const path = isInside ? given.slice(project.length) : given;
  const isAbsolute = path.startsWith('/') && !isInside;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined && !isAbsolute) return { kind: 'outside' };
  }
  return { kind: 'target', path: `${isAbsolute ? '/' : ''}${parts.join('/')}` };
}

/** Both are normalised. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [reachOf(one), reachOf(other)];
  return covers(a, b) || covers(b, a);
}

interface Reach {
  readonly stem: string;
  readonly isGlob: boolean;
}

/** Letters alike: to some file systems `Docs` and `docs` are one folder. */
function reachOf(target: string): Reach {
  const folded = target.normalize('NFC').toLowerCase();
  const wildcard = folded.search(/[*?[{]/);
  return wildcard < 0 ? { stem: folded, isGlob: false } : { stem: folded.slice(0, wildcard), isGlob: true };
}

/** Whether something of the second lies in what the first reaches. */
function covers({ stem, isGlob }: Reach, other: Reach): boolean {
  if (stem === '' || isGlob) return other.stem.startsWith(stem);
  return other.stem === stem || other.stem.startsWith(`${stem}/`);
}
