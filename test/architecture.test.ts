/**
 * Who may import whom. The table is the rule of `docs/architecture.md` in words; the test walks every import of every source file, says
 * which rule a breach breaks, and asserts how many files it saw: a check that silently sees nothing guards nothing.
 */

import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Rooms, and the rooms that each may import besides itself. A room is a package, or in the server a folder of its source. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  home: ['contract'],
  db: ['contract'],
  sdk: ['contract'],
  tasks: ['contract', 'db'],
  testing: ['home'],
  process: ['contract'],
  'server/pipelines': ['contract'],
  'server/agents': ['contract', 'server/pipelines'],
  'server/tools': ['contract', 'server/pipelines', 'server/definitions'],
  'server/desk': ['contract', 'server/pipelines'],
  'server/http': ['contract', 'db', 'server/desk'],
  'server/storage': ['contract', 'db', 'server/pipelines', 'server/desk'],
  live: ['contract'],
  engine: ['contract'],
  'demo-model': ['contract', 'process'],
  launcher: ['contract', 'home', 'process', 'engine'],
  'server/definitions': ['contract'],
  // The only files that wire concrete things to ports.
  'server/main-server.ts': ['*'],
  'server/testing.ts': ['*'],
  'server/main-worker.ts': ['*'],
  perdure: [
    'contract',
    'db',
    'home',
    'sdk',
    'tasks',
    'launcher',
    'server/agents',
    'server/tools',
    'server/pipelines',
    'server/definitions',
  ],
};

/** Packages of others that only certain files may name: vendor types stop there. */
const confined: readonly (readonly [vendor: RegExp, files: RegExp, why: string])[] = [
  [/^@mastra\//, /\/agents\/mastra-request\.ts$/, 'Mastra is known to the agents room alone, one file of it'],
  [/^@restatedev\//, /^packages\/engine\/src\/restate\//, 'Restate is known to its adapter alone'],
  [/^(hono|@hono\/.*)$/, /^packages\/server\/src\/http\//, 'the web framework is known to the http room alone'],
  [/^kysely/, /^packages\/(db|server)\//, 'SQL is the business of db and storage'],
  [/^vitest/, /\/(conformance|after-test)\.ts$/, 'tests live in test folders; what they share is the exception'],
  [
    /^node:sqlite$/,
    /^packages\/(db\/src|home\/src\/lock|server\/src\/(storage|tools\/shipped\/sql-query))/,
    'our database is opened in one place, and that of `sql-query` by its own process',
  ],
];

/** Storage sees the desk's port (types) and nothing else of it; the core of the run never sees a file or a socket. */
const exceptions: readonly (readonly [from: RegExp, only: RegExp])[] = [
  [/^packages\/server\/src\/storage\//, /^packages\/server\/src\/desk\/ports\.ts$/],
];

interface Import {
  readonly file: string;
  readonly specifier: string;
  /** Path in the repository, for what is ours. */
  readonly target: string | undefined;
}

const files = globSync('packages/*/src/**/*.ts', { cwd: root }).toSorted();
const imports = files.flatMap((file) => importsOf(file));

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\b[^'";]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...found].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    return { file, specifier, target: resolveOurs(file, specifier) };
  });
}

function resolveOurs(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return relative(root, join(root, dirname(file), specifier));
  const [, name, subpath] = /^@perdure\/([a-z-]+)(\/.+)?$/.exec(specifier) ?? [];
  if (name === undefined) return undefined;
  const manifest = manifestOf(`packages/${name}/`);
  const exported = manifest.exports?.[subpath === undefined ? '.' : `.${subpath}`];
  return exported === undefined ? `packages/${name}/not-exported` : join('packages', name, exported);
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string>>;
}

function manifestOf(file: string): Manifest {
  const [, name] = /^packages\/([a-z-]+)\//.exec(file) ?? [];
  return JSON.parse(readFileSync(join(root, 'packages', String(name), 'package.json'), 'utf8')) as Manifest;
}

function roomOf(file: string): string {
  const [, name = '', , first = ''] = file.split('/');
  return name === 'server' ? `server/${first}` : name;
}

describe('the direction of imports', () => {
  it('sees the source files and their imports', () => {
    expect(files.length).toBeGreaterThan(120);
    expect(imports.length).toBeGreaterThan(500);
    expect([...new Set(files.map(roomOf))].toSorted()).toEqual(Object.keys(mayImport).toSorted());
  });

  it('points inwards: no room imports a room that the table does not allow it', () => {
    const breaches = imports.filter(({ file, target }) => {
      if (target === undefined) return false;
      const [from, to] = [roomOf(file), roomOf(target)];
      const allowed = mayImport[from] ?? [];
      return from !== to && !allowed.includes('*') && !allowed.includes(to);
    });
    expect(breaches.map(({ file, specifier }) => `${file} -> ${specifier}`)).toEqual([]);
  });

  it('goes through ports where rooms of the rim meet', () => {
    const breaches = imports.filter(
      ({ file, target }) =>
        target !== undefined &&
        exceptions.some(
          ([from, only]) =>
            from.test(file) && isSibling(file, target) && roomOf(file) !== roomOf(target) && !only.test(target),
        ),
    );
    expect(breaches.map(({ file, specifier }) => `${file} -> ${specifier}`)).toEqual([]);
  });

  it('keeps packages of others where they belong', () => {
    const breaches = imports.flatMap(({ file, specifier }) =>
      confined
        .filter(([name, where]) => name.test(specifier) && !where.test(file))
        .map(([, , why]) => `${file} -> ${specifier}: ${why}`),
    );
    expect(breaches).toEqual([]);
  });

  it('names every package it uses in its own package.json', () => {
    const undeclared = imports.filter(({ file, specifier }) => {
      if (/^(\.|node:)/.test(specifier) || specifier === 'vitest') return false;
      const name = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
      // A template that the command line writes for users.
      if (name === roomOf(file)) return false;
      return !(name in (manifestOf(file).dependencies ?? {}));
    });
    expect(undeclared.map(({ file, specifier }) => `${file} -> ${specifier}`)).toEqual([]);
  });

  it('leads to files that exist', () => {
    const broken = imports.filter(({ target }) => target !== undefined && !existsSync(join(root, target)));
    expect(broken.map(({ file, specifier }) => `${file} -> ${specifier}`)).toEqual([]);
  });
});

function isSibling(file: string, target: string): boolean {
  const rim = ['server/storage', 'server/http'];
  return rim.includes(roomOf(file)) && rim.includes(roomOf(target));
}
