import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { DefinitionProblem } from '@perdure/contract';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, test } from 'vitest';

const fixture = join(import.meta.dirname, 'fixtures', 'load-pipelines.ts');

const imported = ['import { definePipeline, z }', "'perdure';"].join(' from ');
const pipeline = (id: string, before = '') => `${before}
${imported}
export default definePipeline({ id: '${id}', description: 'd', input: z.any(), output: z.any(), run: async () => 1 });
`;

interface Told {
  readonly loaded: readonly string[];
  readonly problems: readonly DefinitionProblem[];
}

test('a file whose import does not end, ends the process or cannot be read is named, and the rest is loaded', async () => {
  const folder = tempFolder();
  const files = {
    'awaits.ts': pipeline('awaits', 'await new Promise(() => {});'),
    'ends.ts': pipeline('ends', 'process.exit(0);'),
    'first.ts': pipeline('first'),
    'holds.ts': pipeline('holds', 'try { for (;;); } catch {}'),
    'odd.ts': 'export default { get id() { throw new Error("no id for you"); } };',
    'same.ts': pipeline('same'),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { stdout } = await promisify(execFile)(process.execPath, [fixture, folder, '2000'], { timeout: 60_000 });
  const { loaded, problems } = JSON.parse(stdout) as Told;
  expect(loaded).toEqual(['first', 'same']);
  expect(problems.map(({ file, message }) => [basename(file), message])).toEqual([
    ['awaits.ts', expect.stringContaining('its import did not end within 2 s')],
    ['ends.ts', expect.stringContaining('it calls process.exit() while it is imported')],
    ['holds.ts', expect.stringContaining('it held the process for 2 s while it was imported')],
    ['odd.ts', expect.stringContaining('what it exports cannot be read: no id for you')],
  ]);
}, 90_000);
