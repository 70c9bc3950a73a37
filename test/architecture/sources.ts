/** Reads the source: which file imports what, and how files reach others without an import. */

import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { rooms } from './rooms.ts';

export const root = join(import.meta.dirname, '../..');

export interface Source {
  readonly file: string;
  /** Without comments. */
  readonly code: string;
}

export interface Import {
  readonly file: string;
  readonly specifier: string;
  /** Path in the repository, for what is ours. */
  readonly target: string | undefined;
  /** Gone once types are stripped. */
  readonly isType: boolean;
  /** Found and started, not loaded. */
  readonly isStart: boolean;
}

export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string>>;
}

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;

/** By name; each with the folder below `packages/`. */
export const packages: ReadonlyMap<string, Manifest & { readonly folder: string }> = new Map(
  globSync('packages/*/package.json', { cwd: root }).map((path) => {
    const folder = dirname(path);
    const manifest = readManifest(folder);
    return [manifest.name, { ...manifest, folder }];
  }),
);

export function readSources(...patterns: readonly string[]): readonly Source[] {
  return globSync(patterns, { cwd: root })
    .filter((file) => !file.includes('node_modules'))
    .toSorted()
    .map((file) => ({ file, code: withoutComments(readFileSync(join(root, file), 'utf8')) }));
}

/** Line comments only where nothing but blanks is before them: a URL in a string is none. */
function withoutComments(text: string): string {
  return text.replaceAll(/^\s*\/\*[\s\S]*?\*\//gm, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

const statement = /^(?:import|export)\s+(type\s)?([^'";]*?)\bfrom\s+'([^']+)'|^import\s+'([^']+)'/gm;
const call = /\bimport\('([^']+)'\)/g;
const found = /\bimport\.meta\.resolve\('([^']+)'\)/g;

export function importsOf({ file, code }: Source): readonly Import[] {
  const make = (specifier: string, more: { isType?: boolean; isStart?: boolean } = {}): Import => ({
    file,
    specifier,
    target: resolveOurs(file, specifier),
    isType: false,
    isStart: false,
    ...more,
  });
  return [
    ...[...code.matchAll(statement)].map(([, type, names = '', from, bare]) =>
      make(from ?? bare ?? '', { isType: type !== undefined || isAllTypes(names) }),
    ),
    ...[...code.matchAll(call)].map(([, specifier = '']) => make(specifier)),
    ...[...code.matchAll(found)].map(([, specifier = '']) => make(specifier, { isStart: true })),
  ];
}

/** `{ type A, type B }`. */
function isAllTypes(names: string): boolean {
  const [, inner] = /^\{([^}]*)\}\s*$/.exec(names.trim()) ?? [];
  const all = inner?.split(',').map((name) => name.trim());
  return all !== undefined && all.every((name) => name === '' || name.startsWith('type '));
}

function resolveOurs(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return relative(root, join(root, dirname(file), specifier));
  const manifest = packages.get(packageOf(specifier));
  if (manifest === undefined) return undefined;
  const door = manifest.exports?.[`.${specifier.slice(manifest.name.length)}`];
  return door === undefined ? `${manifest.folder}/${specifier} is not exported` : join(manifest.folder, door);
}

/** Name of the package that a specifier leads into. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

export const isBuiltinOrRelative = (specifier: string): boolean => /^(\.|node:)/.test(specifier);

/** `new URL('…', import.meta.url)`: the folder that it leads to is known even where the name is made up at run time. */
export function urlsOf({ file, code }: Source): readonly { readonly file: string; readonly folder: string }[] {
  return [...code.matchAll(/new URL\(\s*(['"`])(.*?)\1,\s*import\.meta\.url/g)].map(([, , path = '']) => ({
    file,
    folder: relative(root, join(root, dirname(file), path.endsWith('..') ? path : dirname(path))),
  }));
}

/** A file of ours that is named in a string and lies in the source of a package. */
export function namedSources({ code }: Source): readonly string[] {
  return [...code.matchAll(/['"`/]packages(?:\/|'\s*,\s*')[a-z-]+(?:\/|'\s*,\s*')src\b/g)].map(([text]) => text);
}

export function roomOf(file: string): string {
  if (file.endsWith('/package.json')) return `${file.split('/')[1]}/package.json`;
  return Object.entries(rooms).find(([, { files }]) => files.test(file))?.[0] ?? `${file} (no room)`;
}
