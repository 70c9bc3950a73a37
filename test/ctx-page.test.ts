/**
 * The page on `ctx` has every member of the types that a pipeline is written with, and no other; what is optional has
 * its default there; and its examples, one below the other as the body of one pipeline, are typed right.
 */

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/concepts/ctx.md'), 'utf8');
const source = readFileSync(join(root, 'packages/contract/src/definitions/authoring.ts'), 'utf8');

/** Members by the interface that declares them; true where it is optional. */
const types = new Map(
  [...source.matchAll(/^export interface (\w+)[^{]*\{\n([\s\S]*?)\n\}/gm)].map(([, name = '', body = '']) => [
    name,
    new Map(
      [...body.matchAll(/^ {2}(?:readonly )?(\w+)(\?)?[(<:]/gm)].map(([, member = '', mark]) => [member, mark === '?']),
    ),
  ]),
);

/** Rows below a comment that names the type: what the first and the last column hold. */
const tables = new Map(
  [...page.matchAll(/^<!-- (\w+) -->\n\n(\|[\s\S]*?)\n\n/gm)].map(([, name = '', table = '']) => [
    name,
    table
      .split('\n')
      .slice(2)
      .map((row) => row.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, ''))),
  ]),
);

test('has every call, and no other', () => {
  const headings = [...page.matchAll(/^## ctx\.(\w+)$/gm)].map(([, name = '']) => name);
  expect(headings.toSorted()).toEqual([...(types.get('DurableContext')?.keys() ?? [])].toSorted());
  expect(headings).toHaveLength(13);
});

test('has a table for each type, with its members and no others', () => {
  const declared = [...types.keys()].filter((name) => name !== 'DurableContext');
  expect([...tables.keys()].toSorted()).toEqual(declared.toSorted());
  for (const name of declared) {
    const named = tables.get(name)?.map(([cell = '']) => cell.replaceAll('`', ''));
    expect(named?.toSorted(), name).toEqual([...(types.get(name)?.keys() ?? [])].toSorted());
  }
});

test('has a default for what may be left out, and for nothing else', () => {
  const rows = [...tables].flatMap(([name, table]) => table.map((cells) => ({ name, cells })));
  for (const { name, cells } of rows.filter(({ cells }) => cells.length === 3)) {
    const [member = '', , standard] = cells;
    const isOptional = types.get(name)?.get(member.replaceAll('`', ''));
    expect(standard === 'required', `${name}.${member}`).toBe(isOptional === false);
  }
});

test('has an example of each call, and each is typed right', { timeout: 120_000 }, async () => {
  const examples = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code).join('\n');
  for (const call of types.get('DurableContext')?.keys() ?? []) expect(examples).toContain(`ctx.${call}`);
  const folder = mkdtempSync(join(root, 'node_modules/.ctx-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const used = '[answer, text, answers, subject, seat, greeting, ticket, link]';
  const text = `import { definePipeline, z } from 'perdure';

export default definePipeline({
  id: 'page',
  description: 'The examples.',
  input: z.strictObject({}),
  output: z.unknown(),
  async run(ctx) {
${examples}
    return ${used};
  },
});
`;
  writeFileSync(join(folder, 'page.ts'), text);
  const config = { extends: join(root, 'tsconfig.json'), compilerOptions: { noEmit: true }, include: ['page.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(root, 'node_modules/.bin/tsc');
  const said = await promisify(execFile)(compiler, ['-p', folder], { cwd: root }).then(
    () => '',
    ({ stdout }: { readonly stdout: string }) => stdout,
  );
  expect(said).toBe('');
});
