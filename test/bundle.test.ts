/** What a command loads is decided by the bundle: a schema imported in the wrong file makes every command slower. */

import { join } from 'node:path';
import { build, type InputOptions, type OutputChunk } from 'rolldown';
import { expect, it } from 'vitest';

const packageFolder = join(import.meta.dirname, '../packages/perdure');

let made: Promise<readonly OutputChunk[]> | undefined;

function bundled(): Promise<readonly OutputChunk[]> {
  return (made ??= bundle());
}

async function bundle(): Promise<readonly OutputChunk[]> {
  const configFile = join(packageFolder, 'rolldown.config.ts');
  const { default: config } = (await import(configFile)) as { readonly default: InputOptions };
  const { output } = await build({ ...config, cwd: packageFolder, write: false });
  return output.filter((one) => one.type === 'chunk');
}

/** Files that are loaded with the entry and those that hold these modules. */
async function chunksWith(...starts: readonly string[]): Promise<readonly OutputChunk[]> {
  const chunks = new Map((await bundled()).map((chunk) => [chunk.fileName, chunk]));
  const loaded = [...chunks.values()].filter(
    ({ isEntry, moduleIds }) => isEntry || moduleIds.some((id) => starts.some((start) => id.endsWith(start))),
  );
  for (const { imports } of loaded) {
    const further = imports.flatMap((name) => chunks.get(name) ?? []);
    loaded.push(...further.filter((chunk) => !loaded.includes(chunk)));
  }
  return loaded;
}

async function loadedWith(...starts: readonly string[]): Promise<readonly string[]> {
  return (await chunksWith(...starts)).flatMap(({ moduleIds }) => moduleIds);
}

it('a report on a task loads four files, and no schema', async () => {
  const modules = await loadedWith('/perdure/src/tasks/progress.ts');
  expect(modules.some((id) => id.endsWith('/tasks/src/store/task-store.ts'))).toBe(true);
  expect(modules.filter((id) => id.includes('/node_modules/zod/'))).toEqual([]);
  expect((await chunksWith('/perdure/src/tasks/progress.ts')).map(({ name }) => name)).toHaveLength(4);
});

it('the version is answered, and compiled code kept, before anything else is loaded', async () => {
  const chunks = await bundled();
  const entry = chunks.find(({ isEntry }) => isEntry);
  const first = chunks.filter(({ fileName }) => entry?.imports.includes(fileName));
  expect(first.flatMap(({ moduleIds }) => moduleIds)).toEqual([join(packageFolder, 'package.json')]);
  expect(first.flatMap(({ imports }) => imports)).toEqual([]);
});

const protocol = (id: string): boolean => id.includes('/@modelcontextprotocol/');

it('a server of MCP lists its tools without loading one, nor a schema of ours', async () => {
  const modules = await loadedWith('/perdure/src/tasks/mcp.ts', '/tasks/src/mcp/protocol.ts');
  expect(modules.some(protocol)).toBe(true);
  expect(modules.some((id) => id.endsWith('/tasks/src/mcp/listed-tools.ts'))).toBe(true);
  expect(modules.filter((id) => /\/tasks\/src\/mcp\/(tools|create|prove|take-up|work)\.ts$/.test(id))).toEqual([]);
  expect(modules.filter((id) => /\/contract\/src\/.*schema[^/]*\.ts$/.test(id))).toEqual([]);
});

it('of the protocol of MCP nothing is loaded that nobody uses', async () => {
  const serving = (await bundled()).filter(({ moduleIds }) => moduleIds.some(protocol));
  const modules = serving.flatMap(({ moduleIds }) => moduleIds);
  expect(modules.filter(protocol).length).toBeGreaterThan(3);
  expect(modules.filter((id) => /ajv|cfWorker/.test(id))).toEqual([]);
  // Of a login, which no tool has: with the table of all schemas it would be there.
  const ofLogins = serving.filter(({ code }) => code.includes('token_endpoint_auth_method'));
  expect(ofLogins.map(({ fileName }) => fileName)).toEqual([]);
});
