import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtInPipelines, type DefinitionProblem } from '@perdure/contract';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, it } from 'vitest';

const fixture = join(import.meta.dirname, 'fixtures', 'load-pipelines.ts');
const imported = ['import { definePipeline, z }', "'perdure';"].join(' from ');

it('files that take names of pipelines that come with the product are left out, and told to take others', async () => {
  const folder = tempFolder();
  for (const id of ['mine', ...builtInPipelines]) {
    const text = `export default definePipeline({ id: '${id}', description: 'd', input: z.any(), output: z.any(), run: async () => 1 });`;
    writeFileSync(join(folder, `${id}.ts`), `${imported}\n${text}\n`);
  }
  const { stdout } = await promisify(execFile)(process.execPath, [fixture, folder, '50000']);
  const { loaded, problems } = JSON.parse(stdout) as {
    readonly loaded: readonly string[];
    readonly problems: readonly DefinitionProblem[];
  };
  expect(loaded).toEqual(['mine']);
  expect(problems).toHaveLength(builtInPipelines.length);
  for (const { message } of problems) expect(message).toContain('give the file and its id another name');
});
