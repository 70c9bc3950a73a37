/** The files by which an agent knows itself. Those that are there are its own, and stay. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createFile, makeFolder } from '@perdure/home';
import { workspaceOf } from '../../core/workspace/workspace.ts';
import type { Step } from '../ports.ts';

export const workspace: Step = {
  async do({ deps, gateway }) {
    const { familyId: _family, ...facts } = await deps.hub.facts(gateway.principalId);
    const files = workspaceOf({ ...facts, host: deps.host, hubUrl: deps.hubUrl });
    const folder = join(gateway.home, 'workspace');
    // Who comes back was born already: it has put its first page away.
    const isBack = gateway.restoredFrom !== undefined && existsSync(join(folder, 'AGENTS.md'));
    const made = Object.entries(files).filter(([name]) => !(isBack && name === 'BOOTSTRAP.md'));
    makeFolder(join(folder, 'memory'), 0o700);
    for (const [name, text] of made) createFile(join(folder, name), text);
    return `${made.length} files in ${folder}`;
  },
};
