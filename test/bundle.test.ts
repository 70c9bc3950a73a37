/** What a command loads is decided by the bundle: a schema imported in the wrong file makes every command slower. */

import { join } from 'node:path';
import { build, type InputOptions, type OutputChunk } from 'rolldown';
import { expect, it } from 'vitest';

const packageFolder = join(import.meta.dirname, '../packages/perdure');

it('a report on a task loads no schema', async () => {
  const configFile = join(packageFolder, 'rolldown.config.ts');
  const { default: config } = (await import(configFile)) as { readonly default: InputOptions };
  const { output } = await build({ ...config, cwd: packageFolder, write: false });
  const chunks = new Map(output.filter((one) => one.type === 'chunk').map((chunk) => [chunk.fileName, chunk]));
  const loaded = [...chunks.values()].filter(
    ({ isEntry, moduleIds }) => isEntry || moduleIds.some((id) => id.endsWith('/perdure/src/tasks/progress.ts')),
  );
  for (const { imports } of loaded) {
    const further = imports.flatMap((name) => chunks.get(name) ?? []);
    loaded.push(...further.filter((chunk) => !loaded.includes(chunk)));
  }
  const modules = loaded.flatMap(({ moduleIds }: OutputChunk) => moduleIds);
  expect(modules.some((id) => id.endsWith('/tasks/src/store/task-store.ts'))).toBe(true);
  expect(modules.filter((id) => id.includes('/node_modules/zod/'))).toEqual([]);
});
