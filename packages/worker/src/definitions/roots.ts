/** Where agents, pipelines and tools are looked for: the project's own come before the ones that ship. */

import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface DefinitionRoot {
  /** May not exist: then it holds none. */
  readonly dir: string;
  readonly origin: 'shipped' | 'project';
}

/** The folder that ships `agents/` and `pipelines/`. */
export const shippedRoot = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');

/** The tools that ship are code of ours and no files: of tools there is only the project's folder. */
export function definitionRoots(kind: 'agents' | 'pipelines' | 'tools', project: string): readonly DefinitionRoot[] {
  const own: DefinitionRoot = { dir: join(project, kind), origin: 'project' };
  if (kind === 'tools') return [own];
  const shipped: DefinitionRoot = { dir: join(shippedRoot, kind), origin: 'shipped' };
  return isSameFolder(project, shippedRoot) ? [shipped] : [own, shipped];
}

function isSameFolder(a: string, b: string): boolean {
  return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
}
