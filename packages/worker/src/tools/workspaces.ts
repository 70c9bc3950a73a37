/** The folder of each run, made when a tool first asks for it. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders below `root`, named by the ids of the runs. */
export function createWorkspaces(root: string): (runId: string) => Promise<string> {
  return async (runId) => {
    const folder = join(root, runId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  };
}
