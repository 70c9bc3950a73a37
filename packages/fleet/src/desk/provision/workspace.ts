/** The files by which an agent knows itself. Those that are there are its own, and stay. */

import { join } from 'node:path';
import { createFile, makeFolder } from '@perdure/home';
import { workspaceOf } from '../../core/workspace/workspace.ts';
import type { Step } from '../ports.ts';

export const workspace: Step = {
  async do({ deps, gateway }) {
    const { familyId: _family, ...facts } = await deps.hub.facts(gateway.principalId);
    const files = workspaceOf({ ...facts, host: deps.host, hubUrl: deps.hubUrl });
    const folder = join(gateway.home, 'workspace');
    makeFolder(join(folder, 'memory'), 0o700);
    for (const [name, text] of Object.entries(files)) createFile(join(folder, name), text);
    return `${Object.keys(files).length} files in ${folder}`;
  },
};
