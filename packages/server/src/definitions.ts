/** Where agents and pipelines are looked for: the project's own come before the ones that ship. */

import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface DefinitionRoot {
  /** May not exist: then it holds none. */
  readonly dir: string;
  readonly origin: 'shipped' | 'project';
}

/** The folder that ships `agents/` and `pipelines/`. */
export const shippedRoot = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

export function definitionRoots(kind: 'agents' | 'pipelines', project: string): readonly DefinitionRoot[] {
  const shipped: DefinitionRoot = { dir: join(shippedRoot, kind), origin: 'shipped' };
  if (isSameFolder(project, shippedRoot)) return [shipped];
  return [{ dir: join(project, kind), origin: 'project' }, shipped];
}

function isSameFolder(a: string, b: string): boolean {
  return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
}
