/**
 * Who may import whom. The table is in `architecture/rooms.ts`; here every import of every file is held against it, and
 * each test says how much it saw: a check that silently sees nothing guards nothing.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circlesOf } from './architecture/circles.ts';
import { circlesLeft, leavesItsFolder, sharedTests, whereAmI, writers } from './architecture/exceptions.ts';
import { confined, doors, kept, sqlRooms } from './architecture/limits.ts';
import { outside } from './architecture/outside.ts';
import { rooms } from './architecture/rooms.ts';
import {
  importsOf,
  isBuiltinOrRelative,
  namedSources,
  packageOf,
  packages,
  readManifest,
  readSources,
  roomOf,
  root,
  urlsOf,
  type Import,
} from './architecture/sources.ts';

const sources = readSources('packages/*/src/**/*.ts');
const tests = readSources('packages/*/test/**/*.ts');
const around = readSources('{bench,chaos,pipelines,scripts,test}/**/*.ts');
const imports = sources.flatMap(importsOf);
const testImports = tests.flatMap(importsOf);
const aroundImports = around.flatMap(importsOf);

const arrow = ({ file, specifier }: Import): string => `${file} -> ${specifier}`;

describe('the direction of imports', () => {
  it('is read from all of the source', () => {
    expect(sources.length).toBeGreaterThan(540);
    expect(tests.length).toBeGreaterThan(210);
    expect(around.length).toBeGreaterThan(110);
    expect(imports.length).toBeGreaterThan(2_400);
    expect(imports.filter(({ isStart }) => isStart).length).toBeGreaterThan(2);
    expect(packages.size).toBeGreaterThan(12);
  });

  it('gives every file a room, and every room a file', () => {
    const used = [...new Set(sources.map(({ file }) => roomOf(file)))];
    expect(used.toSorted()).toEqual(Object.keys(rooms).toSorted());
  });

  it('points inwards: no room imports a room that the table does not allow it', () => {
    const breaches = imports.flatMap((found) => {
      if (found.target === undefined) return [];
      const [from, to] = [roomOf(found.file), roomOf(found.target)];
      if (from === to || (rooms[from]?.may ?? []).includes(to)) return [];
      return [`${arrow(found)}: ${from} may not import ${to}, since ${rooms[from]?.because}`];
    });
    expect(breaches).toEqual([]);
  });

  it('allows nothing that nobody needs', () => {
    const needed = new Set(imports.map(({ file, target }) => `${roomOf(file)} -> ${roomOf(target ?? '')}`));
    const idle = Object.entries(rooms).flatMap(([from, { may }]) =>
      may.map((to) => `${from} -> ${to}`).filter((arrow) => !needed.has(arrow)),
    );
    expect(idle).toEqual([]);
  });

  it('goes through ports where rooms of the rim meet', () => {
    const breaches = imports.flatMap((found) =>
      doors
        .filter(
          ([from, into, only]) =>
            from.test(found.file) && into.test(found.target ?? '') && !only.test(found.target ?? ''),
        )
        .map(([, , , because]) => `${arrow(found)}: ${because}`),
    );
    expect(breaches).toEqual([]);
  });

  it('leads to files that exist', () => {
    const broken = [...imports, ...aroundImports].filter(
      ({ target }) => target !== undefined && !existsSync(join(root, target)),
    );
    expect(broken.map(arrow)).toEqual([]);
  });
});

describe('circles', () => {
  it('are found where there are some', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', []],
    ]);
    expect(circlesOf(graph)).toEqual([['a', 'b', 'c']]);
  });

  it('are not between rooms', () => {
    expect(circlesOf(new Map(Object.entries(rooms).map(([name, { may }]) => [name, may])))).toEqual([]);
  });

  it('are not between files, be it for types alone', () => {
    const graph = new Map<string, string[]>([...sources, ...tests, ...around].map(({ file }) => [file, []]));
    // The halves of a test's model may know each other's types.
    const counted = [...imports, ...aroundImports, ...testImports.filter(({ isType }) => !isType)];
    for (const { file, target } of counted) if (target !== undefined) graph.get(file)?.push(target);
    expect(circlesOf(graph)).toEqual(circlesLeft);
  });
});

describe('what belongs to one room', () => {
  it('is not imported elsewhere: packages of others', () => {
    const breaches = [...imports, ...aroundImports].flatMap((found) =>
      confined
        .filter(([vendor, where]) => vendor.test(found.specifier) && !where.test(found.file))
        .filter(
          () =>
            !/^(bench|chaos|test|scripts\/test)\//.test(found.file) || !/^(vitest|node:sqlite)/.test(found.specifier),
        )
        .map(([, , because]) => `${arrow(found)}: ${because}`),
    );
    expect(breaches).toEqual([]);
  });

  it('is not used elsewhere: SQL, and connections to the database', () => {
    const scripts = around.filter(({ file }) => file.startsWith('scripts/'));
    const using = [...sources, ...scripts].filter(({ code }) => /\b(sqlite|kysely)\b|\.prepare\(/.test(code));
    expect(using.length).toBeGreaterThan(15);
    expect(using.map(({ file }) => file).filter((file) => !sqlRooms.some((room) => room.test(file)))).toEqual([]);
  });

  it('is not loaded by a process that has no use for it', () => {
    const loads = Map.groupBy(
      imports.filter(({ isType, isStart }) => !isType && !isStart),
      ({ file }) => file,
    );
    const breaches = kept.flatMap(([entry, not, because]) => {
      const seen = new Set([entry]);
      for (const file of seen) for (const { target } of loads.get(file) ?? []) if (target) seen.add(target);
      expect(seen.size).toBeGreaterThan(10);
      return [...seen].flatMap((file) =>
        (loads.get(file) ?? [])
          .filter(({ specifier, target }) => target === undefined && not.test(specifier))
          .map((found) => `${entry} loads ${arrow(found)}: ${because}`),
      );
    });
    expect(breaches).toEqual([]);
  });
});

describe('reaching a file without an import', () => {
  it('is for files that have a reason to know where they lie', () => {
    const asking = sources.filter(({ code }) => /\bimport\.meta\.(url|dirname|filename|resolve)\b/.test(code));
    expect(asking.map(({ file }) => file)).toEqual(Object.keys(whereAmI).toSorted());
  });

  it('stays in the folder of the file', () => {
    const urls = sources.flatMap(urlsOf);
    expect(urls.length).toBeGreaterThan(3);
    const leaving = urls.filter(({ file, folder }) => !file.startsWith(`${folder}/`) || folder === '');
    const breaches = leaving.filter(({ file }) => !leavesItsFolder.includes(file));
    expect(breaches.map(({ file, folder }) => `${file} -> ${folder}`)).toEqual([]);
  });

  it('is not done from around the packages: what they use of them has a door', () => {
    const breaches = around
      .filter(({ file }) => /^(bench|chaos|scripts|test\/e2e)\//.test(file))
      .flatMap((source) => namedSources(source).map((text) => `${source.file}: ${text}`));
    expect(breaches).toEqual([]);
  });
});

describe('code around the packages', () => {
  it('uses them by their doors, and of the rest what the table allows it', () => {
    const breaches = aroundImports.flatMap((found) =>
      outside
        .filter(({ files }) => files.test(found.file) && found.target !== undefined)
        .filter(
          ({ may }) =>
            !may.test(found.target ?? '') ||
            (found.specifier.startsWith('.') && (found.target ?? '').startsWith('packages/')),
        )
        .map(({ because }) => `${arrow(found)}: ${because}`),
    );
    expect(breaches).toEqual([]);
  });

  it('reaches from the tests of a package into its own source alone', () => {
    const breaches = testImports.filter(({ file, specifier, target }) => {
      if (target === undefined || !specifier.startsWith('.')) return false;
      const [, own] = /^packages\/([^/]+)\//.exec(file) ?? [];
      const [, other, part] = /^packages\/([^/]+)\/(src|test)\//.exec(target) ?? [];
      return other !== undefined && other !== own && !(part === 'test' && file in sharedTests);
    });
    expect(breaches.map(arrow)).toEqual([]);
  });
});

describe('a manifest', () => {
  const { dependencies = {}, devDependencies = {} } = readManifest('.');
  const everywhere = ['vitest', 'fast-check'];

  it.each([...packages.values()])(
    'of $name names the packages that its source loads or starts, and no other',
    (own) => {
      const loaded = used(
        imports.filter(({ file }) => file.startsWith(`${own.folder}/`)),
        own.name,
      ).filter((name) => !everywhere.includes(name));
      expect(loaded.toSorted()).toEqual(Object.keys(own.dependencies ?? {}).toSorted());
    },
  );

  it.each([...packages.values()])('of $name names what only its tests load as such', (own) => {
    const loaded = used(
      testImports.filter(({ file }) => file.startsWith(`${own.folder}/`)),
      own.name,
    );
    const named = { ...own.dependencies, ...own.devDependencies };
    expect(loaded.filter((name) => !(name in named) && !everywhere.includes(name))).toEqual([]);
    expect(Object.keys(own.devDependencies ?? {}).filter((name) => !loaded.includes(name))).toEqual([]);
  });

  it.each([...packages.values()])('of $name cannot be published by accident', (own) => {
    expect(own.private).toBe(true);
  });

  it('of the repository names what the code around the packages loads', () => {
    const loaded = used(aroundImports, '');
    expect(loaded.length).toBeGreaterThan(10);
    expect(loaded.filter((name) => !(name in dependencies) && !(name in devDependencies))).toEqual([]);
  });
});

/** Packages that are named; a template for users names the package that holds it. */
function used(found: readonly Import[], own: string): readonly string[] {
  const specifiers = found.map(({ specifier }) => specifier).filter((specifier) => !isBuiltinOrRelative(specifier));
  return [...new Set(specifiers.map(packageOf))].filter((name) => name !== own);
}

describe('writing of files', () => {
  const writes = /\b(?:writeFile|appendFile|rename|link|symlink|copyFile|cp|createWriteStream|open)(?:Sync)?\b/;

  it('goes through one place, and those that are named here with a reason', () => {
    const found = sources
      .filter(({ code }) =>
        [...code.matchAll(/^import \{([^}]*)\} from 'node:fs(?:\/promises)?'/gm)].some(([, names = '']) =>
          writes.test(names),
        ),
      )
      .map(({ file }) => file);
    const reads = [
      'packages/db/src/lost-tail.ts',
      'packages/home/src/principal-key.ts',
      'packages/home/src/tls-pair.ts',
      'packages/tasks/src/evidence/file-entries.ts',
    ];
    expect(found.filter((file) => !reads.includes(file))).toEqual(Object.keys(writers).toSorted());
  });
});
