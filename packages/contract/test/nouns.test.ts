import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorCatalogue, routes } from '../src/index.ts';

/** What each noun has in files of this name: `runs/errors.ts`, `runs/author-errors.ts`. */
async function partsOf(name: 'errors' | 'routes'): Promise<readonly (readonly [noun: string, part: object])[]> {
  const src = new URL('../src/', import.meta.url);
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
    new RegExp(`^(?:\\w+/)+(?:[\\w-]+-)?${name}\\.ts$`).test(file),
  );
  const general = name === 'errors' ? ['errors/general.ts'] : [];
  return await Promise.all(
    [...files, ...general].map(async (file) => {
      const exported = Object.values((await import(new URL(file, src).href)) as Readonly<Record<string, object>>);
      expect([file, exported.length]).toEqual([file, 1]);
      return [file, exported[0] ?? {}] as const;
    }),
  );
}

it('joins the errors and the routes of all nouns, none of which has a name of another', async () => {
  for (const [name, joined, nouns] of [
    ['errors', errorCatalogue, 7],
    ['routes', routes, 23],
  ] as const) {
    const parts = await partsOf(name);
    expect([name, parts.length]).toEqual([name, nouns]);
    const names = parts.flatMap(([, part]) => Object.keys(part));
    expect(names.toSorted()).toEqual(Object.keys(joined).toSorted());
  }
});

it('has one route for a method and a path, whatever its parameters are called', () => {
  const places = Object.values(routes).map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
  expect(new Set(places).size).toBe(places.length);
});
