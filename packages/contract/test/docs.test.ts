import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { errorCatalogue, routes, runEventDataSchemas, runEventTypes, type ErrorCode } from '../src/index.ts';

const page = readFileSync(new URL('../../../docs/http-api.md', import.meta.url), 'utf8');

/** Cells of the table below this heading row. */
function rowsOf(heading: string): readonly (readonly string[])[] {
  const [, table = ''] = page.split(`${heading}\n`);
  const [rows = ''] = table.split('\n\n');
  return rows
    .split('\n')
    .slice(1)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const codesIn = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** ``POST /runs/{id}/pause`, `resume`` is two routes: a bare word stands in for the last part of the path before. */
function routesIn(cell: string): readonly string[] {
  let before = '';
  return codesIn(cell).map((code) => {
    before = code.includes(' ') ? code : before.replace(/[^/]+$/, code);
    return before;
  });
}

describe('the page of the HTTP API', () => {
  it('lists every route with its method and path, and none that is not there', () => {
    const listed = rowsOf('| route | |').flatMap(([cell = '']) => routesIn(cell));
    const real = Object.values(routes).map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(listed.toSorted()).toEqual(real.toSorted());
  });

  it('lists every type of event in the order and in the words of the contract', () => {
    const rows = Object.entries(runEventTypes).map(([type, sentence]) => {
      const [, when = '', data = '', more = ''] = /^(.*?) data: (\{.*?\})(?:: (.*))?$/.exec(sentence) ?? [];
      return [`\`${type}\``, when, `\`${data}\`${more === '' ? '' : `: ${more}`}`];
    });
    expect(rowsOf('| type | when | data |')).toEqual(rows);
  });

  it('lists errors with the status that they have', () => {
    const rows = rowsOf('| status | codes |');
    expect(rows.length).toBeGreaterThan(8);
    for (const [status = '', cell] of rows) {
      const codes = codesIn(cell).filter((code): code is ErrorCode => Object.hasOwn(errorCatalogue, code));
      for (const code of codes) {
        expect([code, status.split(', ')]).toEqual([
          code,
          expect.arrayContaining([`${errorCatalogue[code].httpStatus}`]),
        ]);
      }
    }
  });
});

/** Of a union those of all its arms. */
const shapesOf = (schema: z.ZodType): readonly z.ZodObject['shape'][] => {
  if ('options' in schema) return (schema.options as readonly z.ZodObject[]).map(({ shape }) => shape);
  return [(schema as z.ZodObject).shape];
};

it('says of the data of every event what its schema says: names, and which may be absent', () => {
  for (const [type, schema] of Object.entries(runEventDataSchemas)) {
    const shapes = shapesOf(schema);
    const names = [...new Set(shapes.flatMap((shape) => Object.keys(shape)))];
    const isSure = (name: string) => shapes.every((shape) => shape[name] && !shape[name].safeParse(undefined).success);
    const told = /data: \{ ?(.*?) ?\}/.exec(runEventTypes[type as keyof typeof runEventTypes])?.[1] ?? '';
    expect([
      type,
      told
        .split(', ')
        .filter((name) => name !== '')
        .toSorted(),
    ]).toEqual([type, names.map((name) => (isSure(name) ? name : `${name}?`)).toSorted()]);
  }
});
