/** What differs, in a home of ours, from what it is to be. Pure: what is read of a home comes from the rim. */

import { hash } from 'node:crypto';

export interface Difference {
  /** A file or folder in the home, or a place in its settings. */
  readonly at: string;
  /** What is there. No value of a secret is in it. */
  readonly found: string;
  /** What a repair makes of it. */
  readonly becomes: string;
}

export interface RepairPlan {
  readonly differences: readonly Difference[];
  /** SHA-256 in hexadecimal: whether the home is still as it was when somebody agreed to it. */
  readonly hash: string;
}

/** `isFresh`: settings are replaced whole. */
export function repairPlan(
  differences: readonly Difference[],
  { home, isFresh }: { readonly home: string; readonly isFresh: boolean },
): RepairPlan {
  return { differences, hash: hash('sha256', JSON.stringify({ home, isFresh, differences })) };
}

/** What the system tells of a path; `absent`: nothing is there. */
export interface FoundEntry {
  readonly kind: 'file' | 'folder' | 'link' | 'other' | 'absent';
  /** Bits of its mode. */
  readonly mode: number;
}

const names = { file: 'a file', folder: 'a folder', link: 'a link', other: 'no file', absent: 'missing' } as const;

/** Undefined: it is there as it is to be. `isPrivate`: for this account alone. */
export function entryDifference(
  at: string,
  { kind, mode }: FoundEntry,
  { wanted, isPrivate = false }: { readonly wanted: 'file' | 'folder'; readonly isPrivate?: boolean },
): Difference | undefined {
  const anew = wanted === 'file' ? 'made anew' : 'a folder';
  if (kind !== wanted) return { at, found: kind === 'absent' ? 'missing' : `is ${names[kind]}`, becomes: anew };
  if (!isPrivate || (mode & 0o077) === 0) return undefined;
  return { at, found: `others may use it (${modeText(mode)})`, becomes: wanted === 'file' ? '0600' : '0700' };
}

const modeText = (mode: number): string => `0${(mode & 0o777).toString(8)}`;

/** Whoever else has an account on the machine could read what lies in a folder. */
export const isExposed = (folder: FoundEntry, file: FoundEntry): boolean =>
  file.kind === 'file' && (file.mode & 0o044) !== 0 && (folder.mode & 0o011) !== 0;

/** Two folders by what their files hold; names are relative to each. */
export function filesDifference(
  at: string,
  found: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): Difference | undefined {
  const missing = [...wanted.keys()].filter((name) => !found.has(name));
  const changed = [...wanted].flatMap(([name, text]) => (found.has(name) && found.get(name) !== text ? [name] : []));
  const strange = [...found.keys()].filter((name) => !wanted.has(name));
  const said = [
    ...listed('missing', missing),
    ...listed('changed', changed),
    ...listed('not of this release', strange),
  ];
  return said.length === 0 ? undefined : { at, found: said.join('; '), becomes: 'made anew' };
}

const mostNames = 3;

function listed(what: string, files: readonly string[]): readonly string[] {
  if (files.length === 0) return [];
  const more = files.length > mostNames ? ` and ${files.length - mostNames} more` : '';
  return [`${what}: ${files.slice(0, mostNames).join(', ')}${more}`];
}
