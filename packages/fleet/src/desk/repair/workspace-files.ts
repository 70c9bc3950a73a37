/**
 * The files by which an agent knows itself. What they say is its own; one that is missing is made as at first. A
 * workspace that is elsewhere, or leads there, is somebody's choice.
 */

import { join } from 'node:path';
import { createFile, makeFolder, plainTextIn } from '@perdure/home';
import { entryDifference } from '../../core/repair.ts';
import { workspaceOf } from '../../core/workspace/workspace.ts';
import { readSettings } from '../../openclaw/index.ts';
import { ensureFolder, entryAt } from './found.ts';
import { present, type LookWork, type Part } from './part.ts';

export const workspaceFiles: Part = {
  async look(work) {
    const folder = folderOf(work);
    if (folder === undefined) return [];
    const whole = entryDifference('workspace', entryAt(folder), { wanted: 'folder' });
    if (whole !== undefined) return [whole];
    return present(
      ...Object.keys(await filesOf(work)).map((name) =>
        entryAt(join(folder, name)).kind === 'absent'
          ? { at: `workspace/${name}`, found: 'missing', becomes: 'made as at first' }
          : undefined,
      ),
    );
  },
  async make(work) {
    const folder = folderOf(work);
    if (folder === undefined) return;
    ensureFolder(folder);
    makeFolder(join(folder, 'memory'), 0o700);
    for (const [name, text] of Object.entries(await filesOf(work))) createFile(join(folder, name), text);
  },
};

/** Undefined: it is not ours to look into. */
function folderOf({ gateway: { home } }: Pick<LookWork, 'gateway'>): string | undefined {
  const usual = join(home, 'workspace');
  if (entryAt(usual).kind === 'link') return undefined;
  const text = plainTextIn(join(home, 'openclaw.json'));
  const settings = text === undefined ? undefined : readSettings(text);
  const named = settings !== undefined && 'workspace' in settings ? settings.workspace : undefined;
  return named === undefined || named === usual ? usual : undefined;
}

/** Its first page it has put away itself. */
async function filesOf({ deps, gateway }: Pick<LookWork, 'gateway'> & { readonly deps: LookWork['deps'] }) {
  const { familyId: _family, ...facts } = await deps.hub.facts(gateway.principalId);
  const { 'BOOTSTRAP.md': _first, ...files } = workspaceOf({ ...facts, host: deps.host, hubUrl: deps.hubUrl });
  return files;
}
